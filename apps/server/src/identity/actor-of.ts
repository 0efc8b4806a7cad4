import type { Actor } from '../kit/actor.ts'
import type { Viewer } from '../kit/viewer.ts'

/** The viewer as the one who did it. */
export const actorOf = (viewer: Viewer): Actor => ({ kind: viewer.kind, id: viewer.id, name: viewer.name })
