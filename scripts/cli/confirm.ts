import { createHash } from 'node:crypto'
import type { McpServer } from '@modelcontextprotocol/sdk/server/mcp.js'

/** What is about to leave the house: which tool with which arguments, and the same in a sentence for a person. */
export type Outgoing = { tool: string; input: Record<string, unknown>; sentence: string; confirm: boolean }
export type Verdict = { go: true } | { go: false; says: string }

const ASK_PATIENCE_MS = 10 * 60_000
/** A preview may be confirmed once, and not after so long: the world moves on. */
const PREVIEW_MS = 10 * 60_000

/**
 * Nothing leaves the house on an assistant's word alone. Where the client can ask its person (elicitation), the person is asked, whatever the
 * arguments say. Elsewhere the first call only shows what would happen, and a second one with the same arguments and `confirm: true` does it.
 */
export function openGate({ server }: Pick<McpServer, 'server'>, now: () => number = () => performance.now()) {
  const shown = new Map<string, number>()
  return async (what: Outgoing): Promise<Verdict> => {
    if (server.getClientCapabilities()?.elicitation?.form) return await askPerson(what)
    const print = createHash('sha256').update(JSON.stringify([what.tool, what.input, what.sentence])).digest('hex')
    const at = shown.get(print)
    shown.delete(print)
    if (what.confirm && at !== undefined && now() - at < PREVIEW_MS) return { go: true }
    shown.set(print, now())
    const early = what.confirm ? ' (confirm: true counts only after a first call has shown what would happen, and what is shown now is new.)' : ''
    return { go: false, says: `Not done yet: this leaves the house and cannot be taken back.${early}\n\n${what.sentence}\n\nShow this to the person you work for. When they agree, call ${what.tool} once more with the same arguments and confirm: true.` }
  }

  async function askPerson(what: Outgoing): Promise<Verdict> {
    const said = await server.elicitInput({
      message: `${what.sentence}\n\nThis leaves the house and cannot be taken back.`,
      requestedSchema: { type: 'object', properties: { confirm: { type: 'boolean', title: 'Do it', description: 'Yes: it goes out now. No: nothing happens.', default: false } }, required: ['confirm'] },
    }, { timeout: ASK_PATIENCE_MS }).catch((why: unknown) => ({ action: 'cancel' as const, why, content: undefined }))
    if (said.action === 'accept' && said.content?.['confirm'] === true) return { go: true }
    return { go: false, says: said.action === 'cancel' ? 'Nothing was done: the question was closed without an answer.' : 'Nothing was done: the person said no.' }
  }
}
export type Gate = ReturnType<typeof openGate>
