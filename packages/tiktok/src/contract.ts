/** TikTok's contract as data: limits, enums, lifetimes, each with its source. */
import { account } from './business/account.contract.ts'
import { automatic } from './business/automatic.contract.ts'
import { messages, mediaHostSuffixes } from './business/messages.contract.ts'
import { businessLogin } from './business/oauth.contract.ts'
import { webhookKinds } from './business/webhooks.contract.ts'
import { display } from './developers/display.contract.ts'
import { login } from './developers/login.contract.ts'
import { posting } from './developers/posting.contract.ts'
import { transfer } from './developers/transfer.contract.ts'
import { webhookRules } from './developers/webhooks.contract.ts'

export const contract = {
  developers: { login, display, posting, transfer },
  business: { login: businessLogin, account, messages, automatic, webhookKinds, mediaHostSuffixes },
  webhooks: webhookRules,
} as const
