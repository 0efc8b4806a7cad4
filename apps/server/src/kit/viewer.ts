/** What a token, or a person's role, allows. `<thing>:<verb>`. */
export type Scope = string

/** Who asks. Filled by identity for each request; law 12 starts here. */
export type Viewer = {
  kind: 'person' | 'token'
  id: string
  /** The person, or the person behind the token: whose own matters it may hear of. */
  personId: string
  name: string
  role: 'owner' | 'admin' | 'agent'
  scopes: Scope[]
  accounts: 'all' | number[]
}

export const isManager = (viewer: Viewer) => viewer.role === 'owner' || viewer.role === 'admin'
export const mayUseAccount = (viewer: Viewer, accountId: number) => viewer.accounts === 'all' || viewer.accounts.includes(accountId)
