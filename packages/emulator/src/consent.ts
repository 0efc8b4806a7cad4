/** Walks the authorize page as a person with a browser would: opens it, reads its form, ticks, presses. */
export async function walkConsent(ask: (url: string, init?: RequestInit) => Promise<Response>, order: { authorizeUrl: string; account: string; scopes?: string[] | 'all'; deny?: boolean }): Promise<string> {
  let url = order.authorizeUrl
  let answer = await ask(url, { redirect: 'manual' })
  const refusedBy = async () => {
    const at = new URL(answer.headers.get('location') ?? '', url)
    return new Error(`The consent page refused: ${at.searchParams.get('error_type')}. ${at.searchParams.get('why')}`)
  }
  if (answer.status === 302) {
    const location = answer.headers.get('location') ?? ''
    if (location.startsWith('/v2/auth/authorize/error/')) throw await refusedBy()
    return location
  }
  const html = await answer.text()
  if (answer.status !== 200) throw new Error(`The authorize page answered ${answer.status}: ${html.slice(0, 200)}`)
  const form = new URLSearchParams()
  const wanted = order.scopes ?? 'all'
  for (const [tag] of html.matchAll(/<input\b[^>]*>/g)) {
    const attribute = (name: string) => unescape(new RegExp(`\\b${name}="([^"]*)"`).exec(tag)?.[1] ?? '')
    const value = attribute('value')
    if (attribute('type') === 'hidden') form.append(attribute('name'), value)
    if (attribute('type') === 'checkbox' && !/\bdisabled\b/.test(tag) && (wanted === 'all' || wanted.includes(value))) form.append(attribute('name'), value)
  }
  form.set('account', order.account.replace(/^@/, ''))
  form.set('decision', order.deny === true ? 'deny' : 'allow')
  url = new URL(unescape(/<form[^>]*\baction="([^"]*)"/.exec(html)?.[1] ?? ''), url).href
  answer = await ask(url, { method: 'POST', body: form, redirect: 'manual' })
  const location = answer.headers.get('location')
  if (answer.status !== 302 || location === null) throw new Error(`The consent form answered ${answer.status}: ${(await answer.text()).slice(0, 200)}`)
  if (location.startsWith('/v2/auth/authorize/error/')) throw await refusedBy()
  return location
}

const unescape = (text: string) => text.replaceAll('&lt;', '<').replaceAll('&gt;', '>').replaceAll('&quot;', '"').replaceAll('&#39;', "'").replaceAll('&amp;', '&')
