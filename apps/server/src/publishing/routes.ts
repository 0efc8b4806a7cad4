import { room } from '../kit/http.ts'
import { assetRoutes } from './asset-routes.ts'
import { postRoutes } from './post-routes.ts'

/** Everything of this room below /api/v1. */
export const publishingRoutes = room().route('/', assetRoutes).route('/', postRoutes)
