import { colorsTuple, createTheme, type CSSVariablesResolver } from '@mantine/core'

const dusk = colorsTuple(['#eceef8', '#dce1f4', '#c3caea', '#a9b6f5', '#8c9ae0', '#6f80cf', '#5568be', '#3b51ae', '#31459a', '#252a45'])
const gray = colorsTuple(['#f5f3ef', '#efece6', '#e5e1d9', '#d3cdc2', '#b3aca0', '#8c867b', '#6b665d', '#55514a', '#35322d', '#1c1b19'])
const dark = colorsTuple(['#ecebe7', '#b6b3ac', '#96938d', '#7d7d89', '#3b3b45', '#2a2a32', '#222229', '#19191e', '#121216', '#0c0c0f'])

/** Mantine's values, equal to the tokens; colours that change with the scheme point at the tokens themselves (see resolver). */
export const theme = createTheme({
  colors: { dusk, gray, dark }, primaryColor: 'dusk', primaryShade: { light: 7, dark: 3 }, autoContrast: true,
  fontFamily: 'var(--font)', fontFamilyMonospace: 'var(--mono)',
  fontSizes: { xs: '11px', sm: '12px', md: '13px', lg: '14px', xl: '16px' },
  spacing: { xs: '4px', sm: '8px', md: '12px', lg: '16px', xl: '24px' },
  radius: { xs: '4px', sm: '6px', md: '10px', lg: '14px', xl: '16px' }, defaultRadius: 'sm',
  shadows: { sm: 'var(--shadow-1)', md: 'var(--shadow-2)', xl: 'var(--shadow-3)' },
  breakpoints: { xs: '30em', sm: '47.5em', md: '64em', lg: '80em', xl: '100em' },
  focusClassName: 'focus', cursorType: 'pointer', respectReducedMotion: true,
  components: {
    Tooltip: { defaultProps: { openDelay: 300, multiline: true, maw: 280, withArrow: true, events: { hover: true, focus: true, touch: true } } },
    Menu: { defaultProps: { shadow: 'md', radius: 'md', position: 'bottom-end' } },
    Popover: { defaultProps: { shadow: 'md', radius: 'md' } },
    Modal: { defaultProps: { centered: true, radius: 'lg', shadow: 'xl', transitionProps: { duration: 120 }, closeButtonProps: { 'aria-label': 'Close' } } },
    TextInput: { defaultProps: { size: 'md' } },
    PasswordInput: { defaultProps: { size: 'md' } },
    Textarea: { defaultProps: { size: 'md' } },
    Select: { defaultProps: { size: 'md', allowDeselect: false, comboboxProps: { shadow: 'md', radius: 'md' } } },
    MultiSelect: { defaultProps: { size: 'md', comboboxProps: { shadow: 'md', radius: 'md' } } },
    Checkbox: { defaultProps: { size: 'xs', radius: 'xs' } },
    Switch: { defaultProps: { size: 'sm' } },
    SegmentedControl: { defaultProps: { size: 'sm' } },
  },
})

const ours = {
  '--mantine-color-body': 'var(--paper)', '--mantine-color-text': 'var(--ink)', '--mantine-color-dimmed': 'var(--ink-2)',
  '--mantine-color-placeholder': 'var(--ink-3)', '--mantine-color-error': 'var(--bad)', '--mantine-color-anchor': 'var(--accent)',
  '--mantine-color-default': 'var(--paper)', '--mantine-color-default-hover': 'var(--hover)', '--mantine-color-default-border': 'var(--line-2)',
  '--mantine-color-default-color': 'var(--ink)', '--mantine-color-disabled': 'var(--well)', '--mantine-color-disabled-color': 'var(--ink-3)', '--mantine-color-disabled-border': 'var(--line)',
  '--mantine-primary-color-filled': 'var(--accent)', '--mantine-primary-color-filled-hover': 'var(--accent-hover)', '--mantine-primary-color-contrast': 'var(--on-accent)',
  '--mantine-primary-color-light': 'var(--accent-soft)', '--mantine-primary-color-light-color': 'var(--accent)',
}

/** Two sources of colour is one too many: Mantine's variables point at the tokens, in both schemes. */
export const resolver: CSSVariablesResolver = () => ({ variables: ours, light: ours, dark: ours })
