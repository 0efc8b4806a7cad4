// Makes a TypeScript client from an OpenAPI document with a public generator: `node generate.mjs <document.json> <folder>`.
// The generator prints with TypeScript's compiler API, which TypeScript 7 no longer has: it is given the 6 that lies beside this file.
import { registerHooks } from 'node:module'

const typescript = import.meta.resolve('typescript')
registerHooks({ resolve: (name, context, next) => name === 'typescript' ? { url: typescript, shortCircuit: true } : next(name, context) })
const { createClient } = await import('@hey-api/openapi-ts')
const [input, output] = process.argv.slice(2)
await createClient({ input, output: { path: output }, plugins: ['@hey-api/client-fetch', '@hey-api/typescript', '@hey-api/sdk'], logs: { level: 'silent' } })
