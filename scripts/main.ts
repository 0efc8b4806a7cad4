/** The commands of `npm run …`, one line each. `start.mjs` found the Node this runs on. */
const [command = 'start', ...rest] = process.argv.slice(2)

const commands: Record<string, () => Promise<unknown>> = {
  start: async () => (await import('./launch/launch.ts')).launch('start', rest),
  live: async () => (await import('./launch/launch.ts')).launch('live', rest),
  dev: async () => (await import('./launch/dev.ts')).dev(),
  build: async () => (await import('./launch/build.ts')).build({ force: rest.includes('--force') }),
  check: async () => (await import('./check/check.ts')).check(),
  test: async () => (await import('./check/test.ts')).test(rest),
  plan: async () => (await import('./check/plan.ts')).plan(),
  emulator: async () => (await import('./launch/emulator.ts')).emulator(rest),
  bench: async () => (await import('./bench/main.ts')).bench(rest),
  chaos: async () => (await import('./chaos/main.ts')).chaos(rest),
  screenshots: async () => (await import('./screenshots.ts')).screenshots(rest),
  'snapshot-schema': async () => (await import('./schema/snapshot.ts')).snapshotSchema(rest),
  'owner-link': async () => (await import('./launch/verbs.ts')).ownerLink(),
  'rotate-secret': async () => (await import('./launch/verbs.ts')).rotateSecret(),
  cli: async () => (await import('./cli/main.ts')).cli(rest),
  mcp: async () => (await import('./cli/mcp.ts')).mcp(rest),
}

const run = commands[command]
if (!run) {
  console.error(`There is no command "${command}". There are: ${Object.keys(commands).join(', ')}.`)
  process.exit(2)
}
try {
  await run()
} catch (error) {
  console.error(error instanceof Error && error.name !== 'TypeError' ? error.message : error)
  process.exit(1)
}
