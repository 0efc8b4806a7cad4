import { accountEndpoints } from './business/account.contract.ts'
import { automaticEndpoints } from './business/automatic.contract.ts'
import { messageEndpoints } from './business/messages.contract.ts'
import { businessLoginEndpoints } from './business/oauth.contract.ts'
import { businessEvents, webhookEndpoints } from './business/webhooks.contract.ts'
import { displayEndpoints } from './developers/display.contract.ts'
import { loginEndpoints } from './developers/login.contract.ts'
import { postingEndpoints } from './developers/posting.contract.ts'
import { transferEndpoints } from './developers/transfer.contract.ts'
import { developersEvents } from './developers/webhooks.contract.ts'
import type { Endpoint, Platform } from './types.ts'

/** Every call of both platforms, as data: what there is to cover. */
export const endpoints: readonly Endpoint[] = [
  loginEndpoints, displayEndpoints, postingEndpoints, transferEndpoints,
  businessLoginEndpoints, accountEndpoints, messageEndpoints, automaticEndpoints, webhookEndpoints,
].flatMap(family => Object.values(family) as Endpoint[])

/** Every webhook event of both platforms, as data. An event both platforms have is listed for each. */
export const webhookEvents: readonly { name: string; platform: Platform; keys: readonly string[]; source: string }[] = [...developersEvents, ...businessEvents]
