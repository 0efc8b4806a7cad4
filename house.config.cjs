// The plan of the house as data: who may use whom. `npm run check` reads the code with this and fails on an arrow that is not here.
// Arrows run down only. Any room may use the client packages; server code never imports the emulator; the web knows the server by types alone.

const mayUse = {
  kit: [],
  identity: ['kit'],
  accounts: ['identity', 'kit'],
  inbox: ['accounts', 'identity', 'kit'],
  publishing: ['accounts', 'identity', 'kit'],
}

const room = name => `^apps/server/src/${name}(\\.ts$|/)`
const tests = '(\\.test\\.tsx?$|^apps/server/test/|^test/|/fixtures/)'

const arrows = Object.entries(mayUse).map(([name, may]) => ({
  name: `${name}-uses-only-${may.join('-') || 'nothing'}`, severity: 'error',
  from: { path: room(name), pathNot: tests },
  to: { path: '^apps/server/src/', pathNot: [room(name), ...may.map(room)] },
}))

/** @type {import('dependency-cruiser').IConfiguration} */
module.exports = {
  mayUse,
  forbidden: [
    ...arrows,
    { name: 'no-circles', severity: 'error', from: {}, to: { circular: true } },
    { name: 'everything-resolves', severity: 'error', from: {}, to: { couldNotResolve: true } },
    { name: 'declared-packages-only', severity: 'error', from: { pathNot: tests }, to: { dependencyTypes: ['npm-no-pkg', 'npm-unknown'] } },
    { name: 'server-never-imports-the-emulator', severity: 'error', from: { path: '^apps/server/src/', pathNot: tests }, to: { path: '^packages/emulator/' } },
    { name: 'server-never-imports-the-web', severity: 'error', from: { path: '^apps/server/' }, to: { path: '^apps/web/' } },
    { name: 'web-knows-the-server-by-types-alone', severity: 'error', from: { path: '^apps/web/', pathNot: tests }, to: { path: '^apps/server/', dependencyTypesNot: ['type-only'] } },
    { name: 'web-never-imports-the-emulator', severity: 'error', from: { path: '^apps/web/', pathNot: tests }, to: { path: '^packages/emulator/' } },
    { name: 'the-client-stands-alone', severity: 'error', from: { path: '^packages/tiktok/', pathNot: tests }, to: { path: '^(apps|scripts|test|packages/(?!tiktok/))' } },
    { name: 'the-emulator-stands-alone', severity: 'error', from: { path: '^packages/emulator/', pathNot: tests }, to: { path: '^(apps|scripts|test|packages/(?!emulator/|tiktok/|look/))' } },
    { name: 'nothing-shipped-uses-tests', severity: 'error', from: { path: '^(apps|packages)/', pathNot: tests }, to: { path: tests, pathNot: '/fixtures/' } },
  ],
  options: {
    parser: 'swc', tsPreCompilationDeps: true, combinedDependencies: false,
    doNotFollow: { path: ['node_modules', '/dist/'] },
    exclude: { path: ['/dist/'] },
    enhancedResolveOptions: { exportsFields: ['exports'], conditionNames: ['stagedoor', 'import', 'node', 'default', 'types', 'style'], extensions: ['.ts', '.tsx', '.js', '.mjs', '.json', '.css'] },
  },
}
