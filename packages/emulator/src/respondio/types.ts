/** A workspace ("space") with its own token; one organisation may have several. */
export type Space = { id: string; orgId: number; name: string; token: string; timezone: string }

/** A channel of a workspace. `accountId` names the TikTok account behind a TikTok channel; other channels are noise. */
export type Channel = { id: string; spaceId: string; name: string; source: string; accountId: string | null; createdAt: number; meta: string | null }

/** A person in one workspace. `customerId` is the person of the TikTok world behind it. `mergedInto`: the contact that took this one's place. */
export type Contact = {
  id: string; spaceId: string; customerId: string | null; firstName: string; lastName: string; email: string | null; phone: string | null
  status: 'open' | 'closed'; blocked: boolean; tags: string[]; customFields: { name: string; value: string | null }[]; assigneeId: number | null
  lifecycle: string | null; createdAt: number; mergedInto?: string; lastChannelId?: string
}

export type StatusValue = 'pending' | 'sent' | 'delivered' | 'read' | 'failed'

/** A message as Respond.io keeps it. The id is `contactId/messageId`; messageId is the time in epoch microseconds. */
export type RioMessage = {
  id: string; spaceId: string; contactId: string; channelId: string; messageId: number; traffic: 'incoming' | 'outgoing'
  channelMessageId: string | null; body: Record<string, unknown>; source: string; userId: number | null
  status: { value: StatusValue; timestamp: number; message?: string }[]; replyTo: number | null
}

export type RioHook = { id: string; spaceId: string; event: string; url: string; key: string; errors: number[]; disabled: boolean }
export type RioUser = { id: string; spaceId: string; firstName: string; lastName: string; email: string; role: 'agent' | 'manager' | 'owner'; team: string | null }
export type RioNote = { id: string; spaceId: string; category: string; description: string }
export type RioComment = { id: string; contactId: string; text: string; at: number }

export type RespondioRecords = {
  rioSpace: Space
  rioChannel: Channel
  rioContact: Contact
  rioMessage: RioMessage
  rioHook: RioHook
  rioUser: RioUser
  rioNote: RioNote
  rioComment: RioComment
}

/** What an operator does in Respond.io's dashboard. Part of `world`. */
export type RespondioVerbs = {
  /** A workspace with a token, a channel for each account named (all when none is), and one WhatsApp channel as noise. */
  addSpace(about?: { name?: string; accounts?: string[]; orgId?: number }): { space: Space; channels: Channel[] }
  /** Only in the dashboard: one address and one kind of event; answers the signing key. */
  addRespondioHook(spaceId: string, hook: { event: string; url: string }): RioHook
  /** Two contacts become one; the second one's messages go with it. */
  mergeContacts(keep: string, gone: string): void
  /** A person of the workspace answers in Respond.io's own inbox. */
  respondioUserSays(contactId: string, text: string): { messageId: number }
  readonly spaces: Space[]
  readonly rioContacts: Contact[]
  readonly rioMessages: RioMessage[]
  readonly rioHooks: RioHook[]
}
