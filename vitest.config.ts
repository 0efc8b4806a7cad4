import { defineConfig } from 'vitest/config'

// Without 'import' among them: they are given to Node for require() too, and CommonJS packages would be handed their ESM twins.
const conditions = ['stagedoor', 'node', 'default']
const common = { resolve: { conditions }, ssr: { resolve: { conditions } } }
const execArgv = ['--conditions=stagedoor']

/** Three kinds of stories: packages (pure or in-process), house (real PostgreSQL, real HTTP, the emulator), browser (a real Chromium). */
export default defineConfig({
  ...common,
  test: {
    maxWorkers: 2,
    projects: [
      { ...common, test: { name: 'packages', include: ['packages/*/{src,screens}/**/*.test.{ts,tsx}', 'apps/web/src/**/*.test.{ts,tsx}', 'scripts/**/*.test.ts'], pool: 'forks', execArgv, testTimeout: 20_000 } },
      { ...common, test: { name: 'house', include: ['apps/server/**/*.test.ts'], pool: 'forks', execArgv, testTimeout: 30_000, hookTimeout: 60_000, globalSetup: ['./apps/server/test/one-cluster.ts'] } },
      { ...common, test: { name: 'browser', include: ['test/browser/**/*.test.ts'], pool: 'forks', execArgv, testTimeout: 120_000, hookTimeout: 120_000, fileParallelism: false, globalSetup: ['./apps/server/test/one-cluster.ts', './test/browser/setup.ts'] } },
    ],
  },
})
