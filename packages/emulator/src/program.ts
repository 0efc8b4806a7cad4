#!/usr/bin/env node
import { readFileSync } from 'node:fs'
import { parseArgs } from 'node:util'
import { parse } from 'yaml'
import { coverageDocument, coverageOf } from './coverage.ts'
import { createEmulator, type EmulatorOptions, type Seed } from './index.ts'
import { runLoad } from './load.ts'

const HELP = `TikTok on your laptop.

  --port <n>           where to listen on 127.0.0.1 (default 4310; 0 takes a free one)
  --state <folder>     keep everything there, surviving kill -9 (default: in memory)
  --seed-file <file>   YAML or JSON: seed, apps, accounts, customers, rules, startAt
  --rules a=b,c=d      choose rule profiles; --list-rules shows them
  --receivers <list>   host:port that webhooks may go to besides this machine, or "*"
  --load a=b,…         drive a running emulator at --port: accounts=3,rate=20,seconds=10; prints latency
                       and what the receiver acknowledged, then ends
  --coverage           print what is modelled and what not, as Markdown, then end
  --list-rules         print every rule with its options and evidence, then end
  --quiet              do not print the settings to paste
`

/** A seed file: what createEmulator takes, as a document. */
type SeedFile = Seed & { seed?: number; rules?: Record<string, string>; startAt?: string }

async function main() {
  const { values: given } = parseArgs({
    options: {
      port: { type: 'string', default: '4310' }, state: { type: 'string' }, 'seed-file': { type: 'string' }, rules: { type: 'string' }, receivers: { type: 'string' },
      'list-rules': { type: 'boolean' }, coverage: { type: 'boolean' }, load: { type: 'string' }, quiet: { type: 'boolean' }, help: { type: 'boolean', short: 'h' },
    },
  })
  if (given.help) return console.log(HELP)
  const port = Number(given.port)
  if (!Number.isInteger(port) || port < 0 || port > 65535) throw new Error(`--port must be a number from 0 to 65535, not "${given.port}"`)
  if (given.load !== undefined) return void (await runLoad(`http://127.0.0.1:${port}`, given.load, console.log))
  const file: SeedFile = given['seed-file'] === undefined ? {} : (parse(readFileSync(given['seed-file'], 'utf8')) as SeedFile | null) ?? {}
  const { seed, rules: fileRules, startAt, ...world } = file
  const options: EmulatorOptions = {
    rules: { ...fileRules, ...readRules(given.rules ?? '') },
    ...(given.state === undefined ? {} : { state: given.state }),
    ...(seed === undefined ? {} : { seed }),
    ...(startAt === undefined ? {} : { startAt: new Date(startAt) }),
    ...(Object.keys(world).length === 0 ? {} : { world }),
    ...(given.receivers === undefined ? {} : { receivers: given.receivers.split(',') }),
  }
  const tiktok = await createEmulator(options)
  if (given.coverage) {
    process.stdout.write(coverageDocument(coverageOf(tiktok.faces)))
    return tiktok.close()
  }
  if (given['list-rules']) {
    for (const rule of tiktok.rules.list()) console.log(`${rule.name} = ${rule.value}\n  ${rule.says}\n  can be: ${Object.entries(rule.options).map(([name, says]) => `${name} (${says})`).join('; ')}\n  ${rule.evidence}\n`)
    return tiktok.close()
  }
  const url = await tiktok.listen(port)
  if (!given.quiet) console.log(settings(url, tiktok.world.apps))
  for (const rule of tiktok.rules.list()) if (rule.value !== rule.default) console.log(`Rule ${rule.name} = ${rule.value}: ${rule.options[rule.value]}`)
  process.send?.({ ready: url })

  let ending = false
  const end = () => {
    if (ending) return
    ending = true
    setTimeout(() => process.exit(1), 4000).unref()
    void tiktok.close().then(() => process.exit(0))
  }
  for (const signal of ['SIGINT', 'SIGTERM', 'SIGHUP'] as const) process.on(signal, end)
  // Started with an IPC channel, it ends with its parent.
  process.on('disconnect', end)
}

function readRules(text: string): Record<string, string> {
  return Object.fromEntries(text.split(',').filter(Boolean).map((pair): [string, string] => {
    const [name = '', value = 'on'] = pair.split('=')
    return [name.trim(), value.trim()]
  }))
}

/** What to paste into a program's environment. */
function settings(url: string, apps: { id: string; platform: string; secret: string }[]): string {
  const developers = apps.find(app => app.platform === 'developers')
  const business = apps.find(app => app.platform === 'business')
  return [
    `TikTok is at ${url}`, '',
    `TIKTOK_API_URL=${url}`, `TIKTOK_AUTHORIZE_URL=${url}/v2/auth/authorize/`, `TIKTOK_BUSINESS_URL=${url}/open_api/v1.3`, `TIKTOK_BUSINESS_AUTHORIZE_URL=${url}/v2/auth/authorize/`,
    ...(developers ? [`TIKTOK_CLIENT_KEY=${developers.id}`, `TIKTOK_CLIENT_SECRET=${developers.secret}`] : []),
    ...(business ? [`TIKTOK_BUSINESS_APP_ID=${business.id}`, `TIKTOK_BUSINESS_SECRET=${business.secret}`] : []), '',
  ].join('\n')
}

main().catch((why: unknown) => {
  console.error(why instanceof Error ? why.message : why)
  process.exit(1)
})
