import type { Call, Ground } from '../face.ts'
import { escape, qrPage } from './page.ts'
import { appOf, flat, OAuthNo, readForm } from './token.ts'


const LIFETIME_MS = 5 * 60_000

export const getQr = (ground: Ground) => flat(ground, async call => {
  const form = await readForm(call)
  const app = ground.store.shelf('app').get(form.get('client_key') ?? '')
  if (!app || app.platform !== 'developers') throw new OAuthNo('invalid_client', 'Client key is incorrect.', 'No developer app has this client key')
  const scopes = (form.get('scope') ?? '').split(',').filter(Boolean)
  const unknown = scopes.filter(scope => !app.scopes.includes(scope))
  if (scopes.length === 0 || unknown.length > 0) throw new OAuthNo('invalid_scope', 'The scope is invalid.', `The app does not have ${unknown.join(', ') || 'any of no scopes'}`)
  const ticket = ground.store.shelf('qr').put({ id: ground.ids.word('qr', 32), appId: app.id, scopes, state: form.get('state') ?? '', status: 'new', ticket: ground.ids.word('ticket', 32), expiresAt: ground.clock.now() + LIFETIME_MS })
  return Response.json({ scan_qrcode_url: `${ground.url()}/v2/auth/qr/?token=${ticket.id}&client_ticket=tobefilled`, token: ticket.id })
})

export const checkQr = (ground: Ground) => flat(ground, async call => {
  const form = await readForm(call)
  const app = appOf(ground, form)
  const ticket = ground.store.shelf('qr').get(form.get('token') ?? '')
  if (!ticket || ticket.appId !== app.id) throw new OAuthNo('invalid_request', 'The token is invalid.', 'This app has no such QR token')
  if (ticket.status !== 'utilised' && ground.clock.now() >= ticket.expiresAt) ticket.status = 'expired'
  const answer = { client_ticket: ticket.ticket, status: ticket.status, ...(ticket.redirectUri === undefined ? {} : { redirect_uri: ticket.redirectUri }) }
  if (ticket.status === 'confirmed') ticket.status = 'utilised'
  ground.store.shelf('qr').put(ticket)
  return Response.json(answer)
})

/** What the phone shows after scanning; confirming lets the app's next check carry the code. */
export const qrScan = (ground: Ground) => async (call: Call): Promise<Response> => {
  const { store, clock, grantors } = ground
  const form = call.request.method === 'POST' ? await call.form() : call.url.searchParams
  const ticket = store.shelf('qr').get(form.get('token') ?? '')
  const app = ticket && store.shelf('app').get(ticket.appId)
  if (!ticket || !app || clock.now() >= ticket.expiresAt) return qrPage('<h1>This code is too old</h1><p>Ask the app for a new one.</p>')
  if (call.request.method === 'GET') {
    if (ticket.status === 'new') store.shelf('qr').put(Object.assign(ticket, { status: 'scanned' as const }))
    const accounts = store.shelf('account').all().map((a, i) => `<label><input type="radio" name="account" value="${escape(a.handle)}"${i === 0 ? ' checked' : ''}>@${escape(a.handle)}</label>`).join('')
    return qrPage(`<h1>${escape(app.name)} asks you to sign in</h1><form method="post"><input type="hidden" name="token" value="${escape(ticket.id)}"><fieldset><legend>You are</legend>${accounts}</fieldset><div class="row"><button class="go">Confirm</button></div></form>`)
  }
  const account = store.shelf('account').find(a => a.handle === form.get('account'))
  if (!account || ticket.status === 'utilised' || ticket.status === 'confirmed') return qrPage('<h1>Nothing to confirm</h1>')
  const redirectUri = app.redirectUris[0] ?? 'https://example.com/'
  const params = grantors.get('developers')!.grant({ appId: app.id, accountId: account.id, scopes: ticket.scopes, redirectUri })
  store.shelf('qr').put(Object.assign(ticket, { status: 'confirmed' as const, redirectUri: `${redirectUri}?${new URLSearchParams({ ...params, state: ticket.state })}` }))
  return qrPage('<h1>Signed in</h1><p>Go on in the app that showed you the code.</p>')
}
