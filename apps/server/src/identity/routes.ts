import { room } from '../kit/http.ts'
import { entryRoutes } from './entry-routes.ts'
import { meRoutes } from './me-routes.ts'
import { peopleRoutes } from './people-routes.ts'
import { tokenRoutes } from './token-routes.ts'

export { authRoutes } from './auth-door.ts'
export { signedIn, whoAsks } from './signed-in.ts'
export { ownerLink, needsOwner, seedDemoOwner } from './enter.ts'

/** People, their tokens and the ways in; mounted at /api/v1. */
export const identityRoutes = room().route('/', entryRoutes).route('/', meRoutes).route('/', peopleRoutes).route('/', tokenRoutes)
