import './look/ui.css'
import '@stagedoor/look/tokens.css'
import './look/font.css'
import './look/mantine.css'
import { localStorageColorSchemeManager, MantineProvider } from '@mantine/core'
import { Notifications } from '@mantine/notifications'
import { QueryClient, QueryClientProvider } from '@tanstack/react-query'
import { RouterProvider } from '@tanstack/react-router'
import { StrictMode } from 'react'
import { createRoot } from 'react-dom/client'
import { Problem } from './api/client.ts'
import { createLive } from './live/live.ts'
import { followScheme } from './look/scheme.ts'
import { resolver, theme } from './look/theme.ts'
import { createDesk, leave } from './router.tsx'

const FONT_PATIENCE_MS = 400

const queryClient = new QueryClient({
  defaultOptions: {
    queries: {
      // A refusal is an answer: only silence and our own troubles are asked about again.
      retry: (failures, error) => failures < 3 && (!(error instanceof Problem) || error.status === 0 || error.status >= 500),
      refetchOnWindowFocus: false,
      staleTime: 15_000,
    },
  },
})
const live = createLive(queryClient)
const router = createDesk({ queryClient, live })
queryClient.getQueryCache().subscribe(change => {
  if (change.type !== 'updated' || change.action.type !== 'error' || !(change.action.error instanceof Problem) || change.action.error.status !== 401) return
  if (change.query.queryKey[0] !== 'me' && !location.pathname.startsWith('/sign-in')) leave(queryClient, router)
})

// A session that was ended elsewhere ends the stream first.
live.watch(() => { if (live.state()?.state === 'signed out' && !/^\/(sign-in|welcome)/.test(location.pathname)) leave(queryClient, router) })

followScheme()
const root = document.getElementById('root')
if (!root) throw new Error('The page has no #root')

// The first words appear in the font they stay in: nothing jumps when it arrives.
await Promise.race([document.fonts.load('400 13px Inter').catch(() => []), new Promise(done => setTimeout(done, FONT_PATIENCE_MS))])
createRoot(root).render(
  <StrictMode>
    <MantineProvider theme={theme} cssVariablesResolver={resolver} defaultColorScheme="auto" colorSchemeManager={localStorageColorSchemeManager({ key: 'stagedoor.theme' })}>
      <QueryClientProvider client={queryClient}>
        <RouterProvider router={router} />
        <Notifications position="bottom-left" limit={3} />
      </QueryClientProvider>
    </MantineProvider>
  </StrictMode>,
)
