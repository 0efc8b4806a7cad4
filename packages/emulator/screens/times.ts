const two = (n: number) => String(n).padStart(2, '0')
export const hourOf = (ms: number): string => { const d = new Date(ms); return `${two(d.getHours())}:${two(d.getMinutes())}` }
export const secondOf = (ms: number): string => `${hourOf(ms)}:${two(new Date(ms).getSeconds())}`
export const dayOf = (ms: number): string => new Date(ms).toLocaleDateString('en-GB', { weekday: 'short', day: 'numeric', month: 'short' })
export function span(ms: number): string {
  const minutes = Math.max(0, Math.floor(ms / 60_000))
  if (minutes < 60) return `${minutes} m`
  return minutes < 48 * 60 ? `${Math.floor(minutes / 60)} h ${minutes % 60} m` : `${Math.floor(minutes / 1440)} d`
}
export const patience = (ms: number): string => ms < 1000 ? `${Math.round(ms)} ms` : `${(ms / 1000).toFixed(1)} s`
export const many = (n: number): string => n < 10_000 ? n.toLocaleString('en') : `${(n / 1000).toFixed(1)} k`
