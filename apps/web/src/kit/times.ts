const MINUTE = 60_000
const HOUR = 60 * MINUTE
const DAY = 24 * HOUR

const clockOf = new Intl.DateTimeFormat(undefined, { hour: '2-digit', minute: '2-digit', hourCycle: 'h23' })
const secondOf = new Intl.DateTimeFormat(undefined, { hour: '2-digit', minute: '2-digit', second: '2-digit', hourCycle: 'h23' })
const weekdayOf = new Intl.DateTimeFormat(undefined, { weekday: 'short' })
const dayOf = new Intl.DateTimeFormat(undefined, { day: 'numeric', month: 'short' })
const longOf = new Intl.DateTimeFormat(undefined, { day: 'numeric', month: 'short', year: 'numeric' })

const startOfDay = (at: number) => new Date(at).setHours(0, 0, 0, 0)

/** "5 h 12 m", "38 m", "43 h"; minutes are dropped above ten hours, seconds appear only in the last two minutes. */
export function span(leftMs: number): string {
  if (leftMs <= 0) return '0 m'
  if (leftMs < 2 * MINUTE) return `${Math.ceil(leftMs / 1_000)} s`
  const hours = Math.floor(leftMs / HOUR)
  const minutes = Math.floor((leftMs % HOUR) / MINUTE)
  if (hours === 0) return `${minutes} m`
  return hours >= 10 || minutes === 0 ? `${hours} h` : `${hours} h ${minutes} m`
}

/** The same for readers: "5 hours 12 minutes". */
export function spanAloud(leftMs: number): string {
  const of = (n: number, unit: string) => `${n} ${unit}${n === 1 ? '' : 's'}`
  if (leftMs < 2 * MINUTE) return of(Math.max(0, Math.ceil(leftMs / 1_000)), 'second')
  const hours = Math.floor(leftMs / HOUR)
  const minutes = Math.floor((leftMs % HOUR) / MINUTE)
  return [hours > 0 ? of(hours, 'hour') : '', minutes > 0 && hours < 10 ? of(minutes, 'minute') : ''].filter(Boolean).join(' ')
}

/** Today "14:07", within the week "Sun", older "12 Nov", another year "12 Nov 2025". */
export function shortTime(iso: string, nowMs: number): string {
  const at = Date.parse(iso)
  const days = Math.round((startOfDay(nowMs) - startOfDay(at)) / DAY)
  if (days <= 0) return clockOf.format(at)
  if (days < 7) return weekdayOf.format(at)
  return (new Date(at).getFullYear() === new Date(nowMs).getFullYear() ? dayOf : longOf).format(at)
}

/** "today 14:05", "yesterday 09:30", "12 Nov 09:30": for proofs and tables. */
export function dayAndTime(iso: string, nowMs: number): string {
  const at = Date.parse(iso)
  return `${dayName(at, nowMs).toLowerCase().replace(/^(?!today|yesterday).*/, () => dayName(at, nowMs))} ${clockOf.format(at)}`
}

/** "Today", "Yesterday", "Sun", "12 Nov": the line between days of a talk. */
export function dayName(at: number, nowMs: number): string {
  const days = Math.round((startOfDay(nowMs) - startOfDay(at)) / DAY)
  if (days === 0) return 'Today'
  if (days === 1) return 'Yesterday'
  if (days > 1 && days < 7) return weekdayOf.format(at)
  return (new Date(at).getFullYear() === new Date(nowMs).getFullYear() ? dayOf : longOf).format(at)
}

export const clockTime = (iso: string | number) => clockOf.format(typeof iso === 'number' ? iso : Date.parse(iso))
export const secondTime = (iso: string) => secondOf.format(Date.parse(iso))
export const sameDay = (a: string, b: string) => startOfDay(Date.parse(a)) === startOfDay(Date.parse(b))

/** Decimal megabytes, as TikTok counts: "412.4 MB", "1.1 GB", "37 kB". */
export function size(bytes: number): string {
  if (bytes >= 1e9) return `${(bytes / 1e9).toFixed(1)} GB`
  if (bytes >= 1e6) return `${(bytes / 1e6).toFixed(1)} MB`
  return `${Math.max(bytes === 0 ? 0 : 1, Math.round(bytes / 1e3))} kB`
}

/** "260.0 of 412.4 MB", in the unit of the whole. */
export function sizeOf(done: number, whole: number): string {
  const { unit, by } = whole >= 1e9 ? { unit: 'GB', by: 1e9 } : whole >= 1e6 ? { unit: 'MB', by: 1e6 } : { unit: 'kB', by: 1e3 }
  return `${(done / by).toFixed(1)} of ${(whole / by).toFixed(1)} ${unit}`
}

/** A video's length: "3:43", "1:02:09". */
export function length(ms: number): string {
  const seconds = Math.round(ms / 1_000)
  const two = (n: number) => String(n).padStart(2, '0')
  const hours = Math.floor(seconds / 3_600)
  return hours > 0 ? `${hours}:${two(Math.floor((seconds % 3_600) / 60))}:${two(seconds % 60)}` : `${Math.floor(seconds / 60)}:${two(seconds % 60)}`
}
