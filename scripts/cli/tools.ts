import type { McpServer } from '@modelcontextprotocol/sdk/server/mcp.js'
import { z } from 'zod'
import type { House } from './api.ts'
import { openGate, type Gate } from './confirm.ts'
import type { Me } from './shapes.ts'
import { Trouble } from './trouble.ts'

/** Which right of the token a tool needs, and whether what it does leaves the house. */
type Kind = { needs: 'read' | 'send' | 'publish'; is: 'reading' | 'keeping' | 'leaving' }
export type Done = { says: string; data?: unknown; isBad?: boolean }
type Ready = { sentence: string; deed: () => Promise<Done> }
export type Tools = ReturnType<typeof openTools>

const annotations = {
  reading: { readOnlyHint: true, openWorldHint: false },
  keeping: { readOnlyHint: false, destructiveHint: false, idempotentHint: true, openWorldHint: false },
  leaving: { readOnlyHint: false, destructiveHint: true, idempotentHint: false, openWorldHint: true },
} as const
const confirm = { confirm: z.boolean().optional().describe('Only for clients that cannot ask their person themselves: true on the second call, after the first one has shown what would happen and the person agreed.') }

/** Two ways of offering a tool: one that stays in the house, and one that leaves it and passes the gate first. */
export function openTools(server: McpServer, house: House) {
  const gate: Gate = openGate(server)
  const config = (title: string, description: string, kind: Kind) => ({ title, description, annotations: { title, ...annotations[kind.is] } })
  const may = async (needs: Kind['needs']) => {
    const { viewer } = await house.get<Me>('/api/v1/me')
    if (!viewer.scopes.includes(needs)) throw new Trouble('may not', 'scope_missing', 'This token may not do that', `The token lacks the scope "${needs}". Nothing was done; make one with that scope under Settings → API tokens.`)
  }
  return {
    house,
    staying: <S extends z.ZodRawShape>(name: string, title: string, description: string, kind: Kind, input: S, run: (ask: z.output<z.ZodObject<S>>) => Promise<Done>): void => {
      const all: z.ZodObject = z.object(input)
      server.registerTool(name, { ...config(title, description, kind), inputSchema: all }, ask => answered(async () => {
        if (kind.is !== 'reading') await may(kind.needs)
        return await run(ask as z.output<z.ZodObject<S>>)
      }))
    },
    /** `plan` looks at everything first and says in a sentence what would happen; its deed runs only when the gate lets it. */
    leaving: <S extends z.ZodRawShape>(name: string, title: string, description: string, kind: Kind, input: S, plan: (ask: z.output<z.ZodObject<S>>) => Promise<Ready>): void => {
      const all: z.ZodObject = z.object({ ...input, ...confirm })
      server.registerTool(name, { ...config(title, `${description} This leaves the house: the person is asked first, or it takes two calls (see confirm).`, kind), inputSchema: all }, given => answered(async () => {
        const { confirm: isConfirmed = false, ...ask } = given as Record<string, unknown> & { confirm?: boolean }
        await may(kind.needs)
        const { sentence, deed } = await plan(ask as z.output<z.ZodObject<S>>)
        const verdict = await gate({ tool: name, input: ask, sentence, confirm: isConfirmed })
        return verdict.go ? await deed() : { says: verdict.says, data: { done: false } }
      }))
    },
  }
}

/** Trouble is an answer the assistant can read and act on, not a broken call. */
async function answered(run: () => Promise<Done>) {
  const done = await run().catch((why: unknown): Done => {
    if (!(why instanceof Trouble)) return { says: `Something unexpected happened: ${why instanceof Error ? why.message : String(why)}`, isBad: true }
    return { says: `${why.title}. ${why.detail} (${why.code})`, data: { error: why.toJSON() }, isBad: true }
  })
  const data = done.data === undefined ? '' : `\n\n${JSON.stringify(done.data)}`
  return {
    content: [{ type: 'text' as const, text: `${done.says}${data}`.trim() }], ...(done.isBad ? { isError: true } : {}),
    ...(done.data === undefined ? {} : { structuredContent: done.data as Record<string, unknown> }),
  }
}
