import { defineConfig } from 'vitest/config'

// Without 'import' among them: they are given to Node for require() too, and CommonJS packages would be handed their ESM twins.
const conditions = ['stagedoor', 'node', 'default']
const common = { resolve: { conditions }, ssr: { resolve: { conditions } } }
const execArgv = ['--conditions=stagedoor']


/** Stories with whole processes in them: killed databases, packed tarballs, ten thousand bodies. They belong to `npm test`, not to the minute of `npm run check`. */
const whole = [
  'packages/*/src/pack.test.ts', 'apps/server/src/kit/postgres/embedded.test.ts', 'apps/server/src/kit/ground.test.ts',
  'apps/server/src/identity/{fuzz,walk,generated-client}.test.ts', 'apps/server/src/publishing/{resume,files}.test.ts',
  'apps/server/**/upgrade.test.ts', 'test/browser/{chaos,killed,launcher}.test.ts',
]
/** A shared machine hiccups: where nobody watches, a story that failed is told once more. At a desk it fails at once. */
const retry = process.env['CI'] ? 1 : 0
/** One process for many files: most of a small file's time is reading modules. Nothing of ours keeps state outside a house. */
const fast = { pool: 'forks' as const, isolate: false, retry }

/** Four kinds of stories: packages (pure or in-process), house (real PostgreSQL, real HTTP, the emulator), whole (real processes), browser (a real Chromium). */
export default defineConfig({
  ...common,
  test: {
    maxWorkers: 2,
    projects: [
      { ...common, test: { ...fast, name: 'packages', include: ['packages/*/{src,screens}/**/*.test.{ts,tsx}', 'apps/web/src/**/*.test.{ts,tsx}', 'scripts/**/*.test.ts'], exclude: whole, execArgv, testTimeout: 20_000 } },
      { ...common, test: { ...fast, name: 'house', include: ['apps/server/**/*.test.ts'], exclude: whole, execArgv, testTimeout: 30_000, hookTimeout: 60_000, globalSetup: ['./apps/server/test/one-cluster.ts'] } },
      { ...common, test: { name: 'whole', include: whole, pool: 'forks', retry, execArgv, testTimeout: 120_000, hookTimeout: 120_000, fileParallelism: false, globalSetup: ['./apps/server/test/one-cluster.ts'] } },
      { ...common, test: { name: 'browser', include: ['test/browser/**/*.test.ts'], exclude: whole, pool: 'forks', retry, execArgv, testTimeout: 120_000, hookTimeout: 120_000, fileParallelism: false, globalSetup: ['./apps/server/test/one-cluster.ts', './test/browser/setup.ts'] } },
    ],
  },
})
