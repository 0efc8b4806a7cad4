import type { Endpoint } from '../types.ts'

/** Media transfer, developers §4. MB and MiB are never told apart by TikTok; bounds are the wider reading, the plan is the safe one. */
export const transfer = {
  chunk: { minBytes: 5_000_000, maxBytes: 67_108_864, lastMaxBytes: 134_217_728, maxCount: 1000, source: 'developers §4.1, §11' },
  plan: { singleUpTo: 64_000_000, chunkSize: 10_000_000, source: 'developers §4.1, safe plan' },
  video: {
    containers: ['video/mp4', 'video/quicktime', 'video/webm'], codecs: ['h264', 'h265', 'vp8', 'vp9'], frameRate: { min: 23, max: 60 },
    side: { minPx: 360, maxPx: 4096 }, maxBytes: 4 * 1024 ** 3, initMaxSec: 600, source: 'developers §4.5',
  },
  photo: { formats: ['image/jpeg', 'image/webp'], maxBytes: 20_000_000, maxCount: 35, maxShortSidePx: 1080, source: 'developers §4.5' },
  pull: { scheme: 'https', redirects: false, timeoutSec: 3600, source: 'developers §4.6' },
  upload: { urlLifetimeSec: 3600, hostSuffix: '.tiktokapis.com', source: 'developers §4.2-4.4' },
  ownership: { txtPrefix: 'tiktok-developers-site-verification=', fileName: 'tiktok<TOKEN>.txt', source: 'developers §4.7' },
  /** What the statuses of a chunk's PUT mean. */
  answers: { 200: 'accepted', 201: 'complete', 206: 'more', 400: 'malformed', 403: 'expired', 404: 'no such upload', 416: 'out of step' },
} as const

export const transferEndpoints = {
  put: { name: 'upload.put', platform: 'developers', method: 'PUT', path: 'https://open-upload.tiktokapis.com/upload', auth: 'upload url', repeatable: true, source: 'developers §4.2' },
} as const satisfies Record<string, Endpoint>
