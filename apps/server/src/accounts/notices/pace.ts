/** A delivery is tried for three days. */
export const GIVE_UP_MS = 72 * 3_600_000
/** Somebody is warned when nothing went through for this long. */
export const WARN_MS = 3_600_000
const FIRST_SECONDS = 5
const LONGEST_SECONDS = 4 * 3600

/** Seconds until the next try after `attempts` failed ones; null: give up. 5 s, 10 s, 20 s … 4 h, up to 72 h after the first. */
export function nextTry(attempts: number, firstAt: Date, now: Date): number | null {
  const seconds = Math.min(FIRST_SECONDS * 2 ** (attempts - 1), LONGEST_SECONDS)
  return now.getTime() + seconds * 1000 - firstAt.getTime() > GIVE_UP_MS ? null : seconds
}
