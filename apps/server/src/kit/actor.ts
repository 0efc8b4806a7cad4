/** Who did it, on every event and every trail: a signed-in person, an API token, a rule, TikTok itself, or the house. */
export type Actor = { kind: 'person' | 'token' | 'rule' | 'tiktok' | 'system'; id: string | null; name: string }

/** The house itself: sweeps, retries, timers. */
export const theHouse: Actor = { kind: 'system', id: null, name: 'Stagedoor' }
/** TikTok, when something happened there. */
export const tiktok: Actor = { kind: 'tiktok', id: null, name: 'TikTok' }
