import { build } from '../../scripts/launch/build.ts'
import { openTemporaryDemo } from '../../scripts/launch/temporary.ts'

/** One whole demo (server, database, emulator: the real processes) for all browser tests of a run. Files run one after the other and bring their own people and accounts where they would meet. */
export default async function setup() {
  await build({ say: () => {} })
  const demo = await openTemporaryDemo({ say: line => { if (process.env['LOG_LEVEL']) console.log(line) } })
  await demo.ready()
  Object.assign(process.env, {
    STAGEDOOR_TEST_URL: demo.url, STAGEDOOR_TEST_EMULATOR: demo.emulatorUrl,
    STAGEDOOR_TEST_EMAIL: 'owner@stagedoor.test', STAGEDOOR_TEST_PASSWORD: 'stagedoor demo',
  })
  return () => demo.close()
}
