import { ownerLink } from './identity/enter.ts'
import { readConfig } from './kit/config.ts'
import { openGround } from './kit/ground.ts'

/** Verbs of the terminal that work whether or not the server runs: `node verbs.ts owner-link | rotate-secret`. */
const verbs: Record<string, () => Promise<void>> = {
  'owner-link': () => withGround(async house => {
    const { url, file, expiresAt } = await ownerLink(house)
    console.log(`Open this link to become the owner, or to set a new password as one. It works once, until ${expiresAt.toISOString()}:\n\n  ${url}\n\n(It is also in ${file}. Older links stopped working. This is written to the audit.)`)
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
