import { room } from '../kit/http.ts'
import { accountRoutes } from './account-routes.ts'
import { appRoutes } from './app-routes.ts'
import { auditRoutes } from './audit-routes.ts'
import { groupRoutes } from './group-routes.ts'
import { noticeRoutes } from './notices/routes.ts'

export { connectRoutes } from './connect-routes.ts'

/** Accounts, apps, groups, the audit and notices; mounted at /api/v1. */
export const accountsRoutes = room().route('/', accountRoutes).route('/', appRoutes).route('/', groupRoutes).route('/', auditRoutes).route('/', noticeRoutes)
