import type { Face } from './face.ts'

/** An OpenAPI 3.1 document of one face, from its routes. */
export function openApiOf(face: Face) {
  const paths: Record<string, Record<string, unknown>> = {}
  for (const route of face.routes) {
    const names = [...route.path.matchAll(/:(\w+)/g)].map(found => found[1])
    const path = route.path.replaceAll(/:(\w+)/g, '{$1}')
    const hasBody = route.method === 'POST' || route.method === 'PUT' || route.method === 'PATCH'
    ;(paths[path] ??= {})[route.method.toLowerCase()] = {
      operationId: route.name,
      summary: route.says ?? route.name,
      ...(names.length > 0 ? { parameters: names.map(name => ({ name, in: 'path', required: true, schema: { type: 'string' } })) } : {}),
      ...(hasBody ? { requestBody: { content: { 'application/json': { schema: {} } } } } : {}),
      responses: { 200: { description: 'Done', content: { 'application/json': { schema: {} } } }, 422: { description: 'Refused, with a reason', content: { 'application/json': { schema: { $ref: '#/components/schemas/Problem' } } } } },
    }
  }
  return {
    openapi: '3.1.0',
    info: { title: 'TikTok on your laptop: control', version: '1', description: 'Drives the emulator: clock, faults, rules, world, log. Loopback only.' },
    paths,
    components: { schemas: { Problem: { type: 'object', properties: { title: { type: 'string' }, status: { type: 'integer' }, detail: { type: 'string' } }, required: ['title', 'status', 'detail'] } } },
  }
}
