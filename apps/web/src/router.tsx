import type { QueryClient } from '@tanstack/react-query'
import { createRootRouteWithContext, createRoute, createRouter, lazyRouteComponent, Outlet, redirect, retainSearchParams } from '@tanstack/react-router'
import { Problem } from './api/client.ts'
import { accountsQuery, meQuery } from './api/queries.ts'
import type { Folder, Sort } from './api/types.ts'
import { Frame } from './frame/Frame.tsx'
import { Bones, Failed } from './kit/words.tsx'
import { NotFound } from './kit/NotFound.tsx'
import { setClock } from './kit/clock.ts'
import { readSession } from './identity/auth.ts'
import { recall, remember } from './kit/storage.ts'
import type { Live } from './live/live.ts'

type Context = { queryClient: QueryClient; live: Live }
type RootSearch = { account?: number }
const number = (value: unknown) => (value === undefined || value === null || value === '' || Number.isNaN(Number(value)) ? undefined : Number(value))
const text = (value: unknown) => (typeof value === 'string' && value !== '' ? value : undefined)
const pick = <T extends string>(value: unknown, of: readonly T[]) => of.find(one => one === value)

const root = createRootRouteWithContext<Context>()({
  validateSearch: (search: Record<string, unknown>): RootSearch => ({ account: number(search['account']) }),
  search: { middlewares: [retainSearchParams(['account'])] },
  component: Outlet,
  notFoundComponent: NotFound,
})

/** Everything behind the door: who is there is asked first; nobody is sent to sign in and comes back to where they wanted to go. */
const inside = createRoute({
  getParentRoute: () => root,
  id: 'inside',
  beforeLoad: async ({ context, location }) => {
    const toSignIn = () => redirect({ to: '/sign-in', search: { to: location.href === '/' ? undefined : location.href } })
    // A browser that never signed in is asked about politely: a 401 would stand in its console as an error.
    if (!recall<boolean>('signed-in') && (await readSession().catch(() => null)) === null) throw toSignIn()
    const began = performance.now()
    try {
      const me = await context.queryClient.ensureQueryData(meQuery)
      setClock(me.serverTime, me.pace, performance.now() - began)
      remember('signed-in', true)
    } catch (error) {
      if (!(error instanceof Problem) || error.status !== 401) throw error
      remember('signed-in', null)
      throw toSignIn()
    }
    void context.queryClient.prefetchQuery(accountsQuery)
  },
  component: Frame,
  errorComponent: ({ error, reset }) => <div style={{ padding: 24, maxWidth: 640, margin: '0 auto' }}><Failed error={error} again={() => { reset(); location.reload() }} /></div>,
})

const home = createRoute({ getParentRoute: () => inside, path: '/', beforeLoad: () => { throw redirect({ to: '/inbox', search: { account: recall<number>('account') ?? undefined }, replace: true }) } })

export type InboxSearch = { folder?: Folder; sort?: Sort }
const inboxSearch = (search: Record<string, unknown>): InboxSearch => ({ folder: pick(search['folder'], ['requests', 'closed'] as const), sort: pick(search['sort'], ['closes'] as const) })
const inbox = createRoute({ getParentRoute: () => inside, path: '/inbox', validateSearch: inboxSearch, search: { middlewares: [retainSearchParams(['folder', 'sort'])] }, component: lazyRouteComponent(() => import('./inbox/InboxPage.tsx'), 'InboxPage') })
const nobody = createRoute({ getParentRoute: () => inbox, path: '/', component: lazyRouteComponent(() => import('./inbox/Nobody.tsx'), 'Nobody') })
const talk = createRoute({
  getParentRoute: () => inbox, path: '$id', params: { parse: ({ id }) => ({ id: Number(id) }), stringify: ({ id }) => ({ id: String(id) }) },
  component: lazyRouteComponent(() => import('./inbox/Talk.tsx'), 'TalkPage'),
})

const posts = createRoute({ getParentRoute: () => inside, path: '/posts', component: lazyRouteComponent(() => import('./publishing/PostsPage.tsx'), 'PostsPage') })
const newPost = createRoute({ getParentRoute: () => inside, path: '/posts/new', component: lazyRouteComponent(() => import('./publishing/NewPostPage.tsx'), 'NewPostPage') })
const post = createRoute({
  getParentRoute: () => inside, path: '/posts/$id', params: { parse: ({ id }) => ({ id: Number(id) }), stringify: ({ id }) => ({ id: String(id) }) },
  component: lazyRouteComponent(() => import('./publishing/PostPage.tsx'), 'PostPage'),
})

export type AccountsSearch = { connect?: boolean; connected?: number }
const accounts = createRoute({
  getParentRoute: () => inside, path: '/accounts',
  validateSearch: (search: Record<string, unknown>): AccountsSearch => ({ connect: search['connect'] ? true : undefined, connected: number(search['connected']) }),
  component: lazyRouteComponent(() => import('./accounts/AccountsPage.tsx'), 'AccountsPage'),
})
const account = createRoute({
  getParentRoute: () => inside, path: '/accounts/$id', params: { parse: ({ id }) => ({ id: Number(id) }), stringify: ({ id }) => ({ id: String(id) }) },
  component: lazyRouteComponent(() => import('./accounts/AccountPage.tsx'), 'AccountPage'),
})
export type ResultSearch = { platform?: string; reason?: string; code?: string }
const connectResult = createRoute({
  getParentRoute: () => inside, path: '/connect/result', validateSearch: (search: Record<string, unknown>): ResultSearch => ({ platform: text(search['platform']), reason: text(search['reason']), code: text(search['code']) }),
  component: lazyRouteComponent(() => import('./accounts/ConnectResult.tsx'), 'ConnectResult'),
})

const settings = createRoute({ getParentRoute: () => inside, path: '/settings', beforeLoad: ({ location }) => { if (location.pathname.replace(/\/$/, '') === '/settings') throw redirect({ to: '/settings/$section', params: { section: 'people' }, replace: true }) }, component: Outlet })
const section = createRoute({ getParentRoute: () => settings, path: '$section', component: lazyRouteComponent(() => import('./settings/SettingsPage.tsx'), 'SettingsPage') })
const start = createRoute({ getParentRoute: () => root, path: '/start', beforeLoad: inside.options.beforeLoad, component: lazyRouteComponent(() => import('./identity/Start.tsx'), 'Start') })

const doors = { token: undefined as string | undefined, to: undefined as string | undefined }
const doorSearch = (search: Record<string, unknown>): Partial<typeof doors> => ({ token: text(search['token']), to: text(search['to']) })
const signIn = createRoute({ getParentRoute: () => root, path: '/sign-in', validateSearch: doorSearch, component: lazyRouteComponent(() => import('./identity/SignIn.tsx'), 'SignIn') })
const welcome = createRoute({ getParentRoute: () => root, path: '/welcome', validateSearch: doorSearch, component: lazyRouteComponent(() => import('./identity/Welcome.tsx'), 'Welcome') })

const tree = root.addChildren([
  inside.addChildren([home, inbox.addChildren([nobody, talk]), posts, newPost, post, accounts, account, connectResult, settings.addChildren([section])]),
  start, signIn, welcome,
])

export function createDesk(context: Context) {
  return createRouter({ routeTree: tree, context, defaultPreload: 'intent', defaultPreloadStaleTime: 0, scrollRestoration: false, defaultPendingComponent: () => <Bones rows={5} />, defaultPendingMs: 150, defaultErrorComponent: ({ error, reset }) => <div style={{ padding: 24 }}><Failed error={error} again={reset} /></div>, defaultNotFoundComponent: NotFound })
}

/** The session ended under an open page: forget what was read, and ask to sign in where one was. */
export function leave(queryClient: QueryClient, router: ReturnType<typeof createDesk>) {
  remember('signed-in', null)
  queryClient.clear()
  void router.navigate({ to: '/sign-in', search: { to: location.pathname + location.search } })
}

declare module '@tanstack/react-router' {
  interface Register { router: ReturnType<typeof createDesk> }
}
