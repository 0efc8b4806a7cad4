import { startAccounts } from './accounts/start.ts'
import { ownerLink } from './identity/enter.ts'
import { theHouse } from './kit/actor.ts'
import { startPublishing } from './publishing/start.ts'
import { readConfig } from './kit/config.ts'
import { openGround } from './kit/ground.ts'

/** Verbs of the terminal that work whether or not the server runs: `node verbs.ts owner-link | rotate-secret`. */
const verbs: Record<string, () => Promise<void>> = {
  'owner-link': () => withGround(async house => {
    const { url, file, expiresAt } = await ownerLink(house)
    console.log(`Open this link to become the owner, or to set a new password as one. It works once, until ${expiresAt.toISOString()}:\n\n  ${url}\n\n(It is also in ${file}. Older links stopped working. This is written to the audit.)`)
  }),
  'rotate-secret': () => withGround(async house => {
    if (house.config.secretPrevious === null) throw new Error('Set STAGEDOOR_SECRET to the new secret and STAGEDOOR_SECRET_PREVIOUS to the old one (for every server), start the servers again, then run this. Nothing was changed.')
    // The rooms say which columns are sealed; nothing of theirs is started.
    startAccounts(house)
    const publishing = startPublishing(house)
    const { sealed, unreadable } = await house.secrets.rotate(house.db)
    const left = await house.secrets.pending(house.db)
    await house.commit(async (_trx, tell) => { tell({ type: 'secret.rotated', accountId: null, audience: 'managers', subject: 'house', actor: theHouse, body: { sealed, unreadable, left } }) })
    await publishing.stop()
    console.log(`${sealed} secret${sealed === 1 ? '' : 's'} sealed anew. ${unreadable === 0 ? '' : `${unreadable} could not be opened with either secret; reconnect those accounts. `}${left === 0 ? 'STAGEDOOR_SECRET_PREVIOUS is needed no more: take it away at the next start.' : `${left} still need the previous secret: run this again.`}`)
  }),
}

async function withGround(work: (house: Awaited<ReturnType<typeof openGround>>) => Promise<void>) {
  const house = await openGround({ ...readConfig(process.env), logLevel: 'warn' })
  try { await work(house) } finally { await house.close() }
}

try {
  const verb = verbs[process.argv[2] ?? '']
  if (!verb) throw new Error(`There is no verb "${process.argv[2]}". There are: ${Object.keys(verbs).join(', ')}.`)
  await verb()
  process.exit(0)
} catch (why) {
  console.error(why instanceof Error ? why.message : why)
  process.exit(1)
}
