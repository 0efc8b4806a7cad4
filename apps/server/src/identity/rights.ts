/** What a request needs, by what it asks for: one table, so that no room can forget. */
export type Right = { scope: 'read' | 'send' | 'publish' | 'manage'; managersOnly: boolean; personsOnly?: true }

const sending = ['conversations', 'messages']
const publishing = ['posts', 'targets', 'uploads', 'assets']
/** The house's own matters: people, keys, trails. Agents have no business here, read or write. */
const housekeeping = ['apps', 'people', 'invitations', 'groups', 'notices', 'audit']
/** Everybody's own affairs: a stolen token must not be able to sign its person out, or make itself at home. */
const own = ['tokens', 'sessions', 'me']

/** `path` is below /api/v1, such as `/conversations/12/messages`. */
export function rightFor(method: string, path: string): Right {
  const room = path.split('/')[1]?.replace(/\..*$/, '') ?? ''
  const reads = method === 'GET' || method === 'HEAD'
  if (housekeeping.includes(room)) return { scope: reads ? 'read' : 'manage', managersOnly: true }
  if (reads) return { scope: 'read', managersOnly: false }
  if (sending.includes(room)) return { scope: 'send', managersOnly: false }
  if (publishing.includes(room)) return { scope: 'publish', managersOnly: false }
  if (own.includes(room)) return { scope: 'read', managersOnly: false, personsOnly: true }
  return { scope: 'manage', managersOnly: true }
}
