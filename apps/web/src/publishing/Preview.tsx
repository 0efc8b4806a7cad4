import { IconMovie } from '@tabler/icons-react'
import { useEffect, useMemo, useRef, useState } from 'react'
import type { Asset } from '../api/types.ts'
import { Act } from '../kit/Act.tsx'
import { length, size, sizeOf } from '../kit/times.ts'
import { Say } from '../kit/words.tsx'
import type { UploadState } from './upload.ts'

type Props = { local: File | null; asset: Asset | undefined; upload: UploadState; caption: string; onFile: (file: File) => void; again: () => void; cover: { ms: number | null; set: (ms: number | null) => void } | null }

/** The video as it will be posted, its way to Stagedoor, and the frame for its cover. */
export function Preview({ local, asset, upload, caption, onFile, again, cover }: Props) {
  const video = useRef<HTMLVideoElement>(null)
  const [bad, setBad] = useState<string | null>(null) // the address that could not be shown
  const blob = useMemo(() => (local ? URL.createObjectURL(local) : null), [local])
  useEffect(() => () => { if (blob) URL.revokeObjectURL(blob) }, [blob])
  const src = blob ?? asset?.url ?? null
  const seen = local !== null || asset !== undefined
  const durationMs = asset?.probe?.durationMs ?? 0
  return <>
    {seen
      ? <div className="screen">{src && bad !== src ? <video ref={video} src={src} controls muted playsInline preload="metadata" aria-label="Preview of the video" onError={() => setBad(src)} /> : <span className="empty" style={{ color: '#d9d6cf' }}><IconMovie size={20} stroke={1.75} aria-hidden="true" />This browser cannot show it</span>}{caption && <p className="capt" aria-hidden="true">{caption}</p>}</div>
      : <Drop onFile={onFile} />}
    {cover && durationMs > 0 && (
      <label className="field"><span className="row"><span className="label">Cover</span><span className="meta dim num push">{cover.ms === null ? 'TikTok chooses' : `${(cover.ms / 1_000).toFixed(1)} s of ${length(durationMs)}`}</span></span>
        <input className="cover" type="range" min={0} max={durationMs} step={100} value={cover.ms ?? 0} aria-valuetext={cover.ms === null ? 'TikTok chooses' : `${(cover.ms / 1_000).toFixed(1)} seconds`} onChange={event => { const ms = Number(event.currentTarget.value); cover.set(ms); if (video.current) video.current.currentTime = ms / 1_000 }} />
      </label>
    )}
    <div className="stack">
      {(upload.step !== 'none' || asset) && <div className="row"><span className="medium cut">{asset?.name ?? (upload.step === 'none' ? '' : upload.name)}</span><span className="meta dim num push">{asset ? size(asset.bytes) : local ? size(local.size) : ''}</span></div>}
      <Progress upload={upload} />
      {seen && upload.step !== 'going' && <span><Act size="s" onClick={again}>Choose another</Act></span>}
      {upload.step === 'going' && <span><Act size="s" kind="quiet" onClick={again}>Stop</Act></span>}
    </div>
  </>
}

function Progress({ upload }: { upload: UploadState }) {
  if (upload.step === 'stopped') return <Say kind="bad" role="alert"><b className="medium">The upload stopped.</b> {upload.why}</Say>
  if (upload.step === 'done') return <p className="meta dim" role="status">In Stagedoor. Nothing has been sent to TikTok.</p>
  if (upload.step === 'none') return null
  const percent = Math.floor((upload.sent / Math.max(1, upload.total)) * 100)
  return (
    <div className="stack g1">
      <div className="bar" role="progressbar" aria-label="Upload to Stagedoor" aria-valuenow={percent} aria-valuemin={0} aria-valuemax={100} aria-valuetext={`${percent} percent`}><i style={{ width: `${percent}%` }} /></div>
      <p className="meta dim num">To Stagedoor: {sizeOf(upload.sent, upload.total)}{upload.waiting ? ', waiting for the connection' : upload.leftSeconds !== null ? `, ${upload.leftSeconds} s left` : ''}. If this page closes, choose the same file again and it goes on.</p>
    </div>
  )
}

function Drop({ onFile }: { onFile: (file: File) => void }) {
  const input = useRef<HTMLInputElement>(null)
  const [over, setOver] = useState(false)
  const take = (file: File | null | undefined) => { if (file) onFile(file) }
  return (
    <div className={over ? 'drop over' : 'drop'} onDragOver={event => { event.preventDefault(); setOver(true) }} onDragLeave={() => setOver(false)} onDrop={event => { event.preventDefault(); setOver(false); take(event.dataTransfer.files[0]) }}>
      <IconMovie size={20} stroke={1.75} aria-hidden="true" />
      <span className="only-desk">Drop an MP4 here</span>
      <Act kind="go" onClick={() => input.current?.click()}>Choose a file</Act>
      <span className="meta faint">MP4, MOV or WebM, up to 4 GB and 10 minutes</span>
      <input ref={input} type="file" accept="video/mp4,video/quicktime,video/webm,.mp4,.mov,.webm" className="vh" tabIndex={-1} aria-label="Video file" onChange={event => { take(event.currentTarget.files?.[0]); event.currentTarget.value = '' }} />
    </div>
  )
}
