import type { House } from '../kit/house.ts'
import { assetById, saveCheck, type AssetRow } from './assets.ts'
import { findings, refusal, size, type Finding } from './findings.ts'
import { tellAsset } from './finish.ts'
import { probeVideo, type Probed, type Readable } from './probe.ts'

/** Reads a file that arrived and says how it stands to TikTok's rules. A file that can never be posted is not kept. */
export async function checkAsset(house: House, assetId: number): Promise<void> {
  const asset = await assetById(house.db, assetId)
  if (asset?.state !== 'checking' || asset.media_id === null) return
  const verdict = asset.kind === 'photo' ? photo(asset) : await video(house, asset, asset.media_id)
  await house.commit(async (trx, tell) => {
    const row = await saveCheck(trx, assetId, verdict, house.clock.now())
    if (row) tellAsset(tell, row)
  })
  if (verdict.state === 'refused') await house.media.remove(asset.media_id)
}

type Verdict = { state: 'ready' | 'refused'; mime: string; probe: Extract<Probed, { ok: true }>['probe'] | null; findings: Finding[] }

async function video(house: House, asset: AssetRow, mediaId: number): Promise<Verdict> {
  const file = await house.media.handle(mediaId)
  try {
    const read: Readable['read'] = async (start, end) => {
      const into = Buffer.alloc(end - start)
      const { bytesRead } = await file.read(into, 0, end - start, start)
      return into.subarray(0, bytesRead)
    }
    const probed = await probeVideo({ bytes: asset.bytes, read })
    if (!probed.ok) return { state: 'refused', mime: asset.mime, probe: null, findings: [refusal(probed.code, asset.name)] }
    const found = findings(probed.probe)
    return { state: found.some(one => one.verdict === 'fail') ? 'refused' : 'ready', mime: mimes[probed.probe.container] ?? asset.mime, probe: probed.probe, findings: found }
  } finally {
    await file.close()
  }
}

/** TikTok wants the chunks' Content-Type to be what the file is, not what its name says. */
const mimes: Record<string, string> = { MP4: 'video/mp4', MOV: 'video/quicktime', WebM: 'video/webm', MKV: 'video/x-matroska' }

const photo = (asset: AssetRow): Verdict => ({
  state: 'refused', mime: asset.mime, probe: null,
  findings: [{ rule: 'kind', verdict: 'fail', sentence: `“${asset.name}” is a picture (${size(asset.bytes)}). Only videos can be posted here so far.` }],
})
