import { spawn } from 'node:child_process'
import { mkdtemp, open, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { nextRange, planChunks } from '@stagedoor/tiktok'
import { grow } from '../../apps/server/test/media/grow.ts'
import { openStage } from './parts/stage.ts'
import { median, type Figure, type Report } from './report.ts'

export const name = 'Upload: a real 1 GiB MP4 to a bare sink that counts and discards, beside curl putting the same chunks'

type Sunk = { ms: number; bytes: number; puts: number }
type Sent = { ms: number; firstMs: number; cpuSeconds: number; grewBytes: number }
const GIB = 1024 ** 3

/**
 * A and B alternate against one sink. Our time is the whole upload step (rows, ledger, progress, a stored place per part); curl's is what
 * the sink saw from the first byte to the last answer, so that starting curl costs it nothing.
 */
export async function run({ quick }: { quick: boolean }): Promise<Report> {
  const rounds = quick ? 3 : 7, bytes = GIB
  const stage = await openStage(), folder = await mkdtemp(join(tmpdir(), 'stagedoor-upload-'))
  try {
    const sink = await stage.server('sink.ts', {})
    const address = `http://127.0.0.1:${sink.port}/upload?upload_id=1&upload_token=t`
    const house = await stage.server('upload-house.ts', { BENCH_DATABASE: await stage.database('upload', true), BENCH_SINK: address, NODE_OPTIONS: '--expose-gc' })
    const file = join(folder, 'large.mp4')
    await grow(join(import.meta.dirname, '../../apps/server/test/media/fine.mp4'), file, bytes, true)
    const config = await cut(file, folder, address, bytes)
    const { assetId } = await house.ask<{ assetId: number }>({ do: 'adopt', path: file })
    const ours = async (at = 1) => { const said = await house.ask<Sent>({ do: 'upload', assetId, bytes, at }); await exact(sink, bytes * at); return said }
    const theirs = async () => { await curl(config); return (await exact(sink, bytes)).ms }
    const figures: Figure[] = []
    await ours()
    await theirs()
    const sent: Sent[] = [], curled: number[] = []
    for (let round = 0; round < rounds; round++) {
      if (round % 2 === 0) { sent.push(await ours()); curled.push(await theirs()) } else { curled.push(await theirs()); sent.push(await ours()) }
    }
    const ratio = median(curled) / median(sent.map(one => one.ms)), grew = median(sent.map(one => one.grewBytes))
    figures.push({ what: 'speed', value: `${ratio.toFixed(2)} of curl (${rate(bytes, median(sent.map(one => one.ms)))}, curl ${rate(bytes, median(curled))})`, target: '≥ 0.98', met: ratio >= 0.98 })
    figures.push({ what: 'CPU', value: `${median(sent.map(one => one.cpuSeconds)).toFixed(2)} s per GiB` })
    figures.push({ what: 'memory growth', value: `${(grew / 1e6).toFixed(1)} MB`, target: '< 32 MB', met: grew < 32e6 })
    if (!quick) {
      const many = await ours(20)
      figures.push({ what: 'twenty at once', value: `${rate(20 * bytes, many.ms)} together, the last ${(many.ms / many.firstMs).toFixed(2)} of the first, memory ${(many.grewBytes / 1e6).toFixed(0)} MB`, target: '≤ 1.25', met: many.ms / many.firstMs <= 1.25 })
    }
    return { name, figures, notes: [`${rounds} rounds each, alternating, ${planChunks(bytes).total_chunk_count} PUTs per file, one keep-alive connection each; PostgreSQL, sink and sender share this machine.`] }
  } finally {
    await stage.close()
    await rm(folder, { recursive: true, force: true })
  }
}

const rate = (bytes: number, ms: number) => `${Math.round(bytes / 1e6 / (ms / 1000)).toLocaleString('en')} MB/s`

async function exact(sink: { ask<T>(what: object): Promise<T> }, bytes: number): Promise<Sunk> {
  const said = await sink.ask<Sunk>({})
  if (said.bytes !== bytes) throw new Error(`The sink got ${said.bytes} bytes instead of ${bytes}.`)
  return said
}

/** curl cannot send a part of a file, so the parts become files of their own; one curl sends them all over one connection. */
async function cut(file: string, folder: string, address: string, bytes: number): Promise<string> {
  const from = await open(file), plan = planChunks(bytes), lines: string[] = []
  for (let range = nextRange(plan, 0); range; range = nextRange(plan, range.end + 1)) {
    const part = Buffer.alloc(range.end + 1 - range.start), path = join(folder, `part-${range.start}`)
    await from.read(part, 0, part.length, range.start)
    await writeFile(path, part)
    lines.push(`url = "${address}"`, `upload-file = "${path}"`, `header = "Content-Type: video/mp4"`, `header = "Content-Range: bytes ${range.start}-${range.end}/${range.total}"`, 'header = "Expect:"', 'silent', 'output = "/dev/null"', 'next')
  }
  await from.close()
  const config = join(folder, 'curl.conf')
  await writeFile(config, lines.slice(0, -1).join('\n'))
  return config
}

async function curl(config: string): Promise<void> {
  await new Promise<void>((done, failed) => {
    const child = spawn('curl', ['--config', config], { stdio: ['ignore', 'ignore', 'inherit'] })
    child.on('error', why => { failed(new Error(`This benchmark needs curl: ${why.message}`)) }).on('exit', code => { if (code === 0) done(); else failed(new Error(`curl ended with ${code}`)) })
  })
}
