/** The pages of the authorize host, in the rehearsal style: nobody may mistake them for TikTok's. No script, no outside resource. */

export const escape = (text: string) => text.replaceAll('&', '&amp;').replaceAll('<', '&lt;').replaceAll('>', '&gt;').replaceAll('"', '&quot;').replaceAll("'", '&#39;')

const CSS = `
:root{color-scheme:light dark;--ground:#efeeec;--paper:#fff;--well:#efece6;--line:#e5e1d9;--edge:#8c867b;--ink:#1c1b19;--ink-2:#55514a;--accent:#863b80;--accent-hover:#73306d;--accent-soft:#f6eaf4;--on-accent:#fff;--bad:#ad241c;--bad-soft:#fbeae8}
@media(prefers-color-scheme:dark){:root{--ground:#0f0f11;--paper:#19191e;--well:#24242b;--line:#2a2a32;--edge:#7d7d89;--ink:#ecebe7;--ink-2:#b6b3ac;--accent:#e3a5dc;--accent-hover:#edbde8;--accent-soft:#38233a;--on-accent:#2a1028;--bad:#f2958c;--bad-soft:#351d1b}}
*{box-sizing:border-box}body{margin:0;background:var(--ground);color:var(--ink);font:400 14px/22px Inter,system-ui,-apple-system,"Segoe UI",Roboto,sans-serif;min-height:100vh;display:grid;place-items:center;padding:24px 16px}
main{width:100%;max-width:440px;background:var(--paper);padding:28px;position:relative}
main::before{content:"";position:absolute;inset:-7px;pointer-events:none;background:linear-gradient(var(--accent) 0 0) 0 0/14px 3px,linear-gradient(var(--accent) 0 0) 0 0/3px 14px,linear-gradient(var(--accent) 0 0) 100% 0/14px 3px,linear-gradient(var(--accent) 0 0) 100% 0/3px 14px,linear-gradient(var(--accent) 0 0) 0 100%/14px 3px,linear-gradient(var(--accent) 0 0) 0 100%/3px 14px,linear-gradient(var(--accent) 0 0) 100% 100%/14px 3px,linear-gradient(var(--accent) 0 0) 100% 100%/3px 14px;background-repeat:no-repeat}
.lab{font:600 11px/16px ui-monospace,SFMono-Regular,Menlo,Consolas,monospace;color:var(--accent);letter-spacing:-.01em;margin:0 0 12px}
h1{font-size:20px;line-height:28px;font-weight:600;margin:0 0 4px}p{margin:0 0 16px;color:var(--ink-2)}fieldset{border:0;padding:0;margin:0 0 20px}legend{font-weight:600;padding:0;margin-bottom:8px}
label{display:flex;gap:12px;align-items:center;min-height:44px;padding:8px 12px;border:1px solid var(--line);margin-top:-1px;cursor:pointer}label:has(:checked){background:var(--accent-soft)}label:focus-within{outline:2px solid var(--accent);outline-offset:1px;z-index:1;position:relative}
input{width:18px;height:18px;margin:0;accent-color:var(--accent);flex:none}.stack{display:grid;min-width:0}.stack small,code{color:var(--ink-2);font-size:12px;line-height:16px}code{font-family:ui-monospace,SFMono-Regular,Menlo,Consolas,monospace;overflow-wrap:anywhere}
.av{width:32px;height:32px;border-radius:4px;background:var(--well);display:grid;place-items:center;font-weight:600;font-size:12px;flex:none}
.row{display:flex;gap:8px;margin-top:8px}button{flex:1;min-height:44px;border-radius:3px;border:1px solid var(--edge);background:var(--paper);color:var(--ink);font:600 14px/20px inherit;font-family:inherit;cursor:pointer}button.go{background:var(--accent);border-color:var(--accent);color:var(--on-accent)}button.go:hover{background:var(--accent-hover)}button:focus-visible{outline:2px solid var(--accent);outline-offset:2px}
.bad{background:var(--bad-soft);color:var(--bad);padding:12px;margin:0 0 16px}`

const frame = (title: string, body: string, status = 200) =>
  new Response(`<!doctype html><html lang="en"><meta charset="utf-8"><meta name="viewport" content="width=device-width, initial-scale=1"><meta name="referrer" content="no-referrer"><title>${escape(title)}</title><style>${CSS}</style><body><main><p class="lab">rehearsal · not TikTok</p>${body}</main></body></html>`, {
    status, headers: { 'content-type': 'text/html; charset=utf-8', 'cache-control': 'no-store', 'content-security-policy': "default-src 'none'; style-src 'unsafe-inline'; base-uri 'none'; frame-ancestors 'none'" },
  })

export type ConsentView = {
  appName: string
  hidden: Record<string, string>
  accounts: { handle: string; displayName: string; note: string }[]
  chosen: string | undefined
  scopes: { name: string; says: string; required: boolean }[]
  action: string
}

const initials = (name: string) => name.split(/\s+/).slice(0, 2).map(word => String.fromCodePoint(word.codePointAt(0) ?? 32)).join('').toUpperCase()

/** Who are you, and what may the app do? One form; a tick box per scope. */
export function consentPage(view: ConsentView): Response {
  const hidden = Object.entries(view.hidden).map(([name, value]) => `<input type="hidden" name="${escape(name)}" value="${escape(value)}">`).join('')
  const accounts = view.accounts.map((account, i) => `<label><input type="radio" name="account" value="${escape(account.handle)}"${(view.chosen ?? view.accounts[0]?.handle) === account.handle ? ' checked' : ''}${i === 0 ? ' required' : ''}><span class="av" aria-hidden="true">${escape(initials(account.displayName))}</span><span class="stack"><span>${escape(account.displayName)}</span><small>@${escape(account.handle)}${account.note ? ` · ${escape(account.note)}` : ''}</small></span></label>`).join('')
  const scopes = view.scopes.map(scope => `<label><input type="checkbox" name="scope" value="${escape(scope.name)}" checked${scope.required ? ' disabled' : ''}><span class="stack"><span>${escape(scope.says)}</span><code>${escape(scope.name)}${scope.required ? ' · always' : ''}</code></span></label>${scope.required ? `<input type="hidden" name="scope" value="${escape(scope.name)}">` : ''}`).join('')
  return frame(`${view.appName} asks for access`, `<h1>${escape(view.appName)} asks for access</h1><p>Choose who you are and what it may do. This page stands where TikTok's consent page would be.</p>
<form method="post" action="${escape(view.action)}">${hidden}<fieldset><legend>You are</legend>${accounts || '<p class="bad">There is no account in this world. Add one on the emulator’s first page.</p>'}</fieldset><fieldset><legend>It may</legend>${scopes}</fieldset>
<div class="row"><button type="submit" name="decision" value="deny" formnovalidate>Cancel</button><button type="submit" name="decision" value="allow" class="go"${view.accounts.length === 0 ? ' disabled' : ''}>Authorize</button></div></form>`)
}

/** TikTok shows such refusals on its own page; the app is never called back. */
export function refusedPage(errorType: string, why: string): Response {
  return frame('We couldn’t log in with TikTok', `<h1>We couldn’t log in with TikTok</h1><p>This may be due to specific app settings. If you are the developer, correct the following and try again:</p><p class="bad"><code>${escape(errorType)}</code></p><p>${escape(why)}</p><p>TikTok shows such a page itself and does not go back to the app, so neither does the emulator.</p>`)
}

export const qrPage = (body: string) => frame('Sign in with a phone', body)
