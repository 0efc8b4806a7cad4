/** What the control API answers, as far as the screens look at it. */
export type Account = { id: string; handle: string; displayName: string; region: string; isBusiness: boolean; private: boolean; followers: number; messagesFromEveryone: boolean; banned: boolean }
export type Customer = { id: string; handle: string; displayName: string; region: string }
export type AppRecord = { id: string; platform: 'developers' | 'business'; name: string; secret: string; redirectUris: string[]; webhookUrl: string | null; audited: boolean; environment: string; scopes: string[] }
export type Grant = { id: string; appId: string; accountId: string; openId: string; scopes: string[]; state: 'working' | 'removed'; at: number }
export type Token = { id: string; kind: string; appId: string; accountId: string; expiresAt: number; dead?: string }
export type Conversation = { id: string; accountId: string; customerId: string; account: string; customer: string; type: string; updatedAt: number; messages: number; left: number | null; closesAt: number | null; typing: boolean; eu: boolean; blocked: boolean; follower: boolean; readByCustomerAt: number; readByBusinessAt: number }
export type Body =
  | { type: 'text'; text: string } | { type: 'image' | 'video'; mediaId: string } | { type: 'share_post'; itemId: string } | { type: 'sticker'; url: string } | { type: 'emoji'; url: string; emoji?: string }
  | { type: 'template'; card: { type: string; title: string; buttons: { title: string; id?: string }[] } } | { type: 'other'; named: string }
export type Message = { id: string; conversationId: string; from: 'customer' | 'business'; at: number; body: Body; source: string; auto?: string; quotes?: string; reactions: { by: string; emoji?: string; url?: string }[] }
export type Space = { id: string; name: string; orgId: number; token: string }
export type Hook = { id: string; event: string; url: string; key: string; disabled: boolean }
export type AutoMessage = { id: string; accountId: string; type: string; status: string; question?: string; title?: string; content?: string }
export type Talk = { conversation: Conversation | null; messages: Message[]; typing: boolean; left: number | null; closesAt: number | null; eu: boolean; questions: AutoMessage[] }
export type Publication = { id: string; accountId: string; media: string; mode: string; title: string; description: string; privacy: string; createdAt: number; status: string; step: string; failReason?: string; postIds: string[]; uploadedBytes: number }
export type Post = { id: string; publishId?: string; accountId: string; caption: string; privacy: string; createdAt: number; views: number; likes: number; state: string; media: string }
export type Fault = { id: string; on: string; does: string; times?: number; hits: number; probability?: number; account?: string }
export type KnownFault = { does: string; on: string; says: string; takes?: string }
export type Rule = { name: string; face: string; value: string; default: string; options: Record<string, string>; says: string; evidence: string }
export type Clock = { now: number; pace: number; frozen: boolean }
export type WireEntry = {
  id: number; at: number; kind: 'request' | 'delivery'; face: string; name: string; method: string; url: string; requestHeaders: Record<string, string>; requestBody: string
  status: number | null; responseHeaders: Record<string, string>; responseBody: string; ms: number; why?: string; fault?: string; account?: string; deliveryId?: string
}
export type RouteRow = { face: string; name: string; method: string; path: string; says: string }
