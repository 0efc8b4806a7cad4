import { setTimeout } from 'node:timers/promises'

/** Wall time, for pauses between tries. Ends early, without an error, when the signal comes. */
export const sleep = (ms: number, signal?: AbortSignal): Promise<void> => setTimeout(ms, undefined, signal ? { signal } : {}).catch(() => undefined)
