/** The server's clock, as far as this page knows it: one measured point and the pace it runs at (a demo's clock may run fast or stand still). */
let known = { server: Date.now(), pace: 1, measured: performance.now() }

/** Takes what GET /me said. `roundTripMs` is the time the question took; half of it has passed since the server looked. */
export function setClock(serverTime: string, pace: number, roundTripMs = 0) {
  known = { server: Date.parse(serverTime) + (roundTripMs / 2) * pace, pace, measured: performance.now() }
}

/** Now in milliseconds, on the server's clock. */
export const now = () => clockAt(known, performance.now())

/** How many seconds of the server pass in one of ours; 0 while its clock stands. */
export const pace = () => known.pace

export const clockAt = (point: { server: number; pace: number; measured: number }, at: number) => point.server + (at - point.measured) * point.pace
