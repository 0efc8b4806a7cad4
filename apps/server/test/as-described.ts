import type { App } from '../src/app.ts'

type Described = { method: string; pattern: RegExp; answers: Record<string, { safeParse(value: unknown): { success: boolean; error?: { message: string } } } | undefined> }

/** Holds every JSON answer of the API against what the OpenAPI document says of it; throws with the first difference. */
export function asDescribed(app: App) {
  const routes: Described[] = app.described.flatMap(definition => {
    if (definition.type !== 'route') return []
    const { method, path, responses } = definition.route
    const answers = Object.fromEntries(Object.entries(responses).map(([status, answer]) => [status, schemaOf(answer)]))
    return [{ method: method.toUpperCase(), pattern: new RegExp(`^${path.replaceAll(/[.*+?^$()|[\]\\]/g, '\\$&').replaceAll(/\{[^}]+\}/g, '[^/]+')}$`), answers }]
  })
  return (method: string, path: string, status: number, body: unknown) => {
    const route = routes.find(item => item.method === method && item.pattern.test(path))
    const schema = route?.answers[String(status)]
    if (!schema || typeof schema.safeParse !== 'function') return
    const fits = schema.safeParse(body)
    if (!fits.success) throw new Error(`${method} ${path} answered ${status} with something else than it describes: ${fits.error?.message}`)
  }
}

function schemaOf(answer: object): Described['answers'][string] {
  const content = 'content' in answer ? answer.content as Record<string, { schema?: unknown } | undefined> | undefined : undefined
  return content?.['application/json']?.schema as Described['answers'][string]
}
