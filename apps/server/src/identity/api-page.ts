type Schema = { $ref?: string; type?: string | string[]; enum?: unknown[]; const?: unknown; items?: Schema; properties?: Record<string, Schema>; required?: string[]; anyOf?: Schema[]; oneOf?: Schema[]; allOf?: Schema[]; format?: string; description?: string }
type Content = Record<string, { schema?: Schema }>
type Operation = { operationId?: string; summary?: string; description?: string; tags?: string[]; parameters?: { name: string; in: string; required?: boolean; schema?: Schema; description?: string }[]; requestBody?: { content?: Content }; responses?: Record<string, { description?: string; content?: Content }> }
export type ApiDocument = { openapi: string; info: { title: string; version: string; description?: string }; paths: Record<string, Record<string, unknown>>; components?: { schemas?: Record<string, Schema>; [more: string]: unknown } }

const methods = ['get', 'head', 'post', 'put', 'patch', 'delete']

/** The API for people: one page without scripts, made from the document, so that it says nothing the document does not. */
export function apiPage(document: ApiDocument): string {
  const operations = Object.entries(document.paths).flatMap(([path, item]) => methods.filter(method => method in item).map(method => ({ path, method, operation: item[method] as Operation })))
  const tags = [...new Set(operations.map(({ operation }) => operation.tags?.[0] ?? 'Other'))]
  const schemas = Object.entries(document.components?.schemas ?? {})
  return `<!doctype html><html lang="en"><head><meta charset="utf-8"><meta name="viewport" content="width=device-width, initial-scale=1"><title>${text(document.info.title)} API</title><style>${style}</style></head><body>
<nav aria-label="Parts of the API"><strong>${text(document.info.title)} API</strong>${tags.map(tag => `<a href="#${anchor(tag)}">${text(tag)}</a>`).join('')}<a href="#shapes">Shapes</a><a href="/api/openapi.json">openapi.json</a></nav>
<main><h1>${text(document.info.title)} API</h1>${prose(document.info.description ?? '')}
${tags.map(tag => `<section id="${anchor(tag)}"><h2>${text(tag)}</h2>${operations.filter(({ operation }) => (operation.tags?.[0] ?? 'Other') === tag).map(one).join('')}</section>`).join('')}
<section id="shapes"><h2>Shapes</h2>${schemas.map(([name, schema]) => `<details id="shape-${anchor(name)}"><summary><code>${text(name)}</code></summary>${shape(schema)}</details>`).join('')}</section></main></body></html>`
}

function one({ path, method, operation }: { path: string; method: string; operation: Operation }): string {
  const parameters = operation.parameters ?? []
  return `<details><summary><span class="m ${method}">${method.toUpperCase()}</span> <code>${text(path)}</code> <span>${text(operation.summary ?? '')}</span></summary>
${operation.description ? prose(operation.description) : ''}
${parameters.length > 0 ? `<h4>Parameters</h4><table><tbody>${parameters.map(p => `<tr><td><code>${text(p.name)}</code>${p.required ? ' *' : ''}</td><td>${text(p.in)}</td><td>${type(p.schema)}</td><td>${text(p.description ?? p.schema?.description ?? '')}</td></tr>`).join('')}</tbody></table>` : ''}
${operation.requestBody ? `<h4>Body</h4>${bodies(operation.requestBody.content)}` : ''}
<h4>Answers</h4>${Object.entries(operation.responses ?? {}).map(([status, answer]) => `<p><strong>${text(status)}</strong> ${text(answer.description ?? '')}</p>${bodies(answer.content)}`).join('')}</details>`
}

const bodies = (content: Content | undefined) => Object.entries(content ?? {}).map(([mime, { schema }]) => `<p class="mime">${text(mime)}</p>${schema ? shape(schema) : ''}`).join('')

function shape(schema: Schema): string {
  if (!schema.properties) return `<p>${type(schema)}</p>`
  return `<table><tbody>${Object.entries(schema.properties).map(([name, field]) => `<tr><td><code>${text(name)}</code>${schema.required?.includes(name) ? ' *' : ''}</td><td>${type(field)}</td><td>${text(field.description ?? '')}</td></tr>`).join('')}</tbody></table>`
}

function type(schema: Schema | undefined): string {
  if (!schema) return ''
  if (schema.$ref) { const name = schema.$ref.split('/').at(-1) ?? ''; return `<a href="#shape-${anchor(name)}">${text(name)}</a>` }
  if (schema.const !== undefined) return `<code>${text(JSON.stringify(schema.const))}</code>`
  if (schema.enum) return schema.enum.map(value => `<code>${text(JSON.stringify(value))}</code>`).join(' | ')
  const parts = schema.anyOf ?? schema.oneOf
  if (parts) return parts.map(part => type(part)).join(' | ')
  if (schema.allOf) return schema.allOf.map(part => type(part)).join(' &amp; ')
  if (schema.items) return `list of ${type(schema.items)}`
  if (schema.properties) return `{ ${Object.entries(schema.properties).map(([name, field]) => `<code>${text(name)}</code>: ${type(field)}`).join(', ')} }`
  return text(`${[schema.type ?? 'anything'].flat().join(' | ')}${schema.format ? ` (${schema.format})` : ''}`)
}

const text = (raw: string) => raw.replaceAll('&', '&amp;').replaceAll('<', '&lt;').replaceAll('>', '&gt;').replaceAll('"', '&quot;')
const anchor = (name: string) => name.toLowerCase().replaceAll(/[^a-z0-9]+/g, '-')
const prose = (raw: string) => raw.split('\n\n').map(part => `<p>${text(part).replaceAll(/\*\*(.+?)\*\*/g, '<strong>$1</strong>').replaceAll(/`(.+?)`/g, '<code>$1</code>')}</p>`).join('')

const style = `:root{color-scheme:light dark;--line:light-dark(#d9d9e0,#34343c);--soft:light-dark(#f6f6f9,#1c1c22);--ink:light-dark(#17171c,#ececf1);--dim:light-dark(#5b5b66,#a2a2ad);--link:light-dark(#1d4ed8,#93b4ff)}
*{box-sizing:border-box}body{margin:0;font:16px/1.5 system-ui,sans-serif;color:var(--ink);background:light-dark(#fff,#131318);display:grid;grid-template-columns:220px 1fr}
nav{position:sticky;top:0;height:100vh;overflow:auto;padding:24px 16px;border-right:1px solid var(--line);display:flex;flex-direction:column;gap:8px}a{color:var(--link)}
main{padding:24px;max-width:960px;min-width:0}details{border:1px solid var(--line);border-radius:8px;margin:8px 0;padding:8px 12px;overflow-x:auto}summary{cursor:pointer}summary span:last-child{color:var(--dim)}
.m{display:inline-block;min-width:4.5em;font-weight:600;font-size:13px}table{border-collapse:collapse;width:100%;font-size:14px}td{border-top:1px solid var(--line);padding:4px 8px 4px 0;vertical-align:top}
code{font:13px/1.4 ui-monospace,monospace;background:var(--soft);padding:1px 4px;border-radius:4px;overflow-wrap:anywhere}h4{margin:12px 0 4px}.mime{color:var(--dim);font-size:13px;margin:4px 0}
@media(max-width:700px){body{display:block}nav{position:static;height:auto;border:0;border-bottom:1px solid var(--line)}}`
