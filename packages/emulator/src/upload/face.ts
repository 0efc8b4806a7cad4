import type { IncomingMessage } from 'node:http'
import { join } from 'node:path'
import { refuseByFault } from '../developers.ts'
import type { Call, Face, Ground } from '../face.ts'
import { chunkLength } from '../posting/chunks.ts'
import { letOut, lifeOf } from '../posting/face.ts'
import type { Upload } from '../posting/types.ts'
import { openSink, type Sink } from './ends.ts'

/** The server behind upload_url: strictly sequential chunks. No bearer, no JSON. developers §4.2, §4.3 */

/** Up to here a file is kept whole. */
const WHOLE_BYTES = 64 * 1024 * 1024
const MIMES = ['video/mp4', 'video/quicktime', 'video/webm']

export function upload(ground: Ground): Face {
  const { store, clock, rules } = ground
  const uploads = store.shelf('upload')
  const busy = new Set<string>()

  const find = (call: Call): Upload | undefined => {
    const found = uploads.get(call.url.searchParams.get('upload_id') ?? '')
    return found?.token === call.url.searchParams.get('upload_token') ? found : undefined
  }
  const range = (u: Upload) => `bytes 0-${rules.is('content-range', 'last index') ? Math.max(0, u.received - 1) : u.received}/${u.size}`
  const plain = (status: number, u?: Upload) => new Response(null, { status, headers: u ? { 'content-range': range(u) } : {} })
  const no = async (call: Call, status: number, why: string, u?: Upload) => {
    call.why(why)
    return plain(status, u)
  }

  const put = async (call: Call): Promise<Response> => {
    const u = find(call)
    if (!u) return no(call, 404, 'No upload has this id and token')
    if (u.state === 'closed') return no(call, 404, 'The publication was cancelled')
    if (clock.now() >= u.expiresAt || u.state === 'expired') return no(call, 403, `The upload_url expired at ${new Date(u.expiresAt).toISOString()}`)
    const publication = store.shelf('publication').get(u.publishId)
    if (publication?.status === 'FAILED') return no(call, 403, `The publication failed: ${publication.failReason}`)
    const sent = readHeaders(call.request.headers)
    if ('why' in sent) return no(call, 400, sent.why)
    if (sent.total !== u.size) return no(call, 400, `Content-Range says ${sent.total} in total; the init said ${u.size}`)
    if (sent.length !== sent.last - sent.first + 1) return no(call, rules.is('length-mismatch', '502') ? 502 : 400, `Content-Length is ${sent.length}, the range holds ${sent.last - sent.first + 1}`)
    if (u.state === 'complete' || sent.first !== u.received) return no(call, 416, u.state === 'complete' ? 'All bytes are in already' : `The next byte wanted is ${u.received}, not ${sent.first}`, u)
    const right = chunkLength(u.chunksDone, u)
    if (sent.length !== right) return no(call, 416, `Chunk ${u.chunksDone + 1} of ${u.chunks} has ${right} bytes, not ${sent.length}`, u)
    if (busy.has(u.id)) return no(call, 416, 'Another request is sending this chunk at the moment', u)
    busy.add(u.id)
    try {
      const got = await swallow(ground, call, u, sent)
      if (got !== sent.length) return await no(call, rules.is('length-mismatch', '502') ? 502 : 400, `The body ended after ${got} of ${sent.length} bytes`)
    } finally {
      busy.delete(u.id)
    }
    u.received = sent.last + 1
    u.chunksDone += 1
    u.mime = sent.mime
    if (publication) store.shelf('publication').put(Object.assign(publication, { uploadedBytes: u.received }))
    const complete = u.received === u.size
    if (complete) u.state = 'complete'
    uploads.put(u)
    if (complete && publication) {
      const early = call.fault('webhook before answer') !== undefined
      await lifeOf(ground).received(publication, early)
      if (early) await letOut(ground)
    }
    const done = call.fault('expire token')
    if (done && publication) for (const token of store.shelf('token').filter(t => t.openId === publication.openId && t.kind === 'access')) store.shelf('token').put(Object.assign(token, { expiresAt: clock.now() }))
    return plain(complete ? 201 : 206, u)
  }

  const route = (path: string) => ({ name: 'upload.put', method: 'PUT' as const, path, says: 'One chunk, in order', handler: put, streams: true })
  return {
    name: 'upload',
    hosts: ['open-upload.tiktokapis.com', 'open-upload-va.tiktokapis.com', 'open-upload-sg.tiktokapis.com', 'open-upload-i18n.tiktokapis.com', 'open-upload.us.tiktokapis.com', 'upload.us.tiktokapis.com'],
    prefixes: ['/upload', '/video/'],
    routes: [route('/upload'), route('/video/')],
    introduce: call => {
      const u = find(call)
      const publication = u && store.shelf('publication').get(u.publishId)
      if (!u || !publication) return
      call.about(store.shelf('account').get(publication.accountId)?.handle, publication.openId, publication.appId, publication.id, `chunk ${u.chunksDone + 1}`)
    },
    refuse: (does, _call, fault) => (/^5\d\d$/.test(does) ? new Response('upstream connect error\n', { status: Number(does), headers: { 'content-type': 'text/plain' } }) : does === 'refuse' ? new Response(null, { status: Number(fault['status'] ?? 400) }) : refuseByFault(ground, does, fault)),
  }
}

function readHeaders(headers: Headers): { first: number; last: number; total: number; length: number; mime: string } | { why: string } {
  const mime = (headers.get('content-type') ?? '').split(';')[0]!.trim()
  if (!MIMES.includes(mime)) return { why: `Content-Type must be ${MIMES.join(', ')}, not "${mime}"` }
  const length = headers.get('content-length')
  if (length === null) return { why: 'Content-Length is missing' }
  const found = /^bytes (\d+)-(\d+)\/(\d+)$/.exec(headers.get('content-range') ?? '')
  if (!found) return { why: `Content-Range must be "bytes first-last/total", not "${headers.get('content-range') ?? ''}"` }
  const [first, last, total] = [Number(found[1]), Number(found[2]), Number(found[3])]
  if (last < first || last >= total) return { why: 'Content-Range ends before it begins or beyond the total' }
  return { first, last, total, length: Number(length), mime }
}

/** Reads the body into the file, at most what was announced. Answers how many bytes came; a broken connection ends it early, and the chunk is as if it never came. */
async function swallow(ground: Ground, call: Call, u: Upload, sent: { first: number; length: number }): Promise<number> {
  const sink = await openSink(join(ground.mediaFolder, u.file), u.size, u.size <= WHOLE_BYTES)
  try {
    return call.env ? await fromSocket(call.env.incoming, sink, sent.first) : await fromStream(call.request.body, sink, sent.first)
  } finally {
    await sink.close()
  }
}

/** Straight from the socket, paused only while a write is under way: twice as fast as an async iterator, and memory stays flat. */
function fromSocket(incoming: IncomingMessage, sink: Sink, first: number): Promise<number> {
  return new Promise((done, failed) => {
    let got = 0
    let writing: Promise<void> | undefined
    const finish = () => done((writing ?? Promise.resolve()).then(() => got))
    incoming.on('data', (part: Buffer) => {
      const work = sink.write(part, first + got)
      got += part.length
      if (!work) return
      incoming.pause()
      writing = work
      work.then(() => incoming.resume()).catch(failed)
    })
    incoming.on('end', finish)
    incoming.on('close', finish)
    incoming.on('error', finish)
  })
}

async function fromStream(body: ReadableStream<Uint8Array> | null, sink: Sink, first: number): Promise<number> {
  let got = 0
  for await (const part of body ?? []) {
    await sink.write(part, first + got)
    got += part.length
  }
  return got
}
