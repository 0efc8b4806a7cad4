import { useEffect, useRef, useState } from 'react'
import { Upload, DetailedError } from 'tus-js-client'

export type UploadState =
  | { step: 'none' }
  | { step: 'going'; name: string; sent: number; total: number; leftSeconds: number | null; waiting: boolean }
  | { step: 'done'; name: string; assetId: number }
  | { step: 'stopped'; name: string; why: string }

const SPEED_OVER_MS = 4_000
const PIECE_BYTES = 50_000_000 // long requests are cut by proxies and by patience; each piece is kept as it arrives

/** One file to Stagedoor, resumably: a broken connection goes on by itself, the same file chosen after a reload goes on where it was. */
export function useUpload(done: (assetId: number) => void) {
  const [state, set] = useState<UploadState>({ step: 'none' })
  const running = useRef<Upload | null>(null)
  const tell = useRef(done)
  useEffect(() => { tell.current = done })
  useEffect(() => () => void running.current?.abort(), [])

  async function start(file: File) {
    await running.current?.abort()
    const marks: { at: number; sent: number }[] = []
    let assetId: number | null = null
    const going = (sent: number, waiting: boolean) => set({ step: 'going', name: file.name, sent, total: file.size, leftSeconds: secondsLeft(marks, sent, file.size), waiting })
    const upload = new Upload(file, {
      endpoint: '/api/v1/uploads',
      metadata: { filename: file.name, filetype: file.type || 'application/octet-stream' },
      chunkSize: PIECE_BYTES,
      retryDelays: [0, 1_000, 2_000, 4_000, 8_000, 15_000, 15_000, 30_000, 30_000, 60_000],
      removeFingerprintOnSuccess: true,
      onProgress: sent => {
        marks.push({ at: performance.now(), sent })
        while (marks.length > 2 && marks[0] && marks[0].at < performance.now() - SPEED_OVER_MS) marks.shift()
        going(sent, false)
      },
      onShouldRetry: error => {
        const status = error instanceof DetailedError ? (error.originalResponse?.getStatus() ?? 0) : 0
        const again = status === 0 || status === 409 || status === 423 || (status >= 500 && status !== 507)
        if (again) going(marks.at(-1)?.sent ?? 0, true)
        return again
      },
      onAfterResponse: (_request, response) => { const said = response.getHeader('Stagedoor-Asset'); if (said) assetId = Number(said) },
      onError: error => set({ step: 'stopped', name: file.name, why: sentence(error) }),
      onSuccess: () => {
        if (assetId === null) { set({ step: 'stopped', name: file.name, why: 'The file arrived, but Stagedoor did not say under which name. Choose it again; nothing was published.' }); return }
        set({ step: 'done', name: file.name, assetId })
        tell.current(assetId)
      },
    })
    running.current = upload
    going(0, false)
    const [before] = await upload.findPreviousUploads().catch(() => [])
    if (before) upload.resumeFromPreviousUpload(before)
    upload.start()
  }
  const forget = () => { void running.current?.abort(); running.current = null; set({ step: 'none' }) }
  return { state, start, forget }
}

/** From the speed of the last seconds; null while nothing can be said. */
export function secondsLeft(marks: { at: number; sent: number }[], sent: number, total: number): number | null {
  const [first] = marks
  const last = marks.at(-1)
  if (!first || !last || last.at - first.at < 500 || last.sent <= first.sent) return null
  return Math.ceil((total - sent) / ((last.sent - first.sent) / (last.at - first.at)) / 1_000)
}

function sentence(error: Error): string {
  const answer = error instanceof DetailedError ? error.originalResponse : null
  if (!answer) return 'The connection is gone. Choose the file again and it goes on where it was; nothing is lost.'
  const body = answer.getBody()
  try {
    const said = JSON.parse(body) as { detail?: string; title?: string }
    if (said.detail ?? said.title) return `${said.title ?? ''} ${said.detail ?? ''}`.trim()
  } catch { /* plain text then */ }
  if (answer.getStatus() === 413) return 'The file is larger than 4 GB, and TikTok takes no more. Nothing was kept.'
  return body && body.length < 200 ? body : `Stagedoor refused the file (${answer.getStatus()}). Nothing was kept.`
}
