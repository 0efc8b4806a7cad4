/** The tokens listen to data-theme, Mantine writes its own attribute on <html>: the one follows the other. */
export function followScheme() {
  const html = document.documentElement
  const follow = () => {
    const scheme = html.dataset['mantineColorScheme']
    if (scheme === 'light' || scheme === 'dark') html.dataset['theme'] = scheme
    else delete html.dataset['theme']
  }
  new MutationObserver(follow).observe(html, { attributes: true, attributeFilter: ['data-mantine-color-scheme'] })
  follow()
}
