package branding

import "testing"

func TestThemeOf(t *testing.T) {
	for _, color := range []string{"#0b5a6f", "#000000", "#1c6b3c", "#7a3e9d", "#a4232f"} {
		th, ok := ThemeOf(color)
		if !ok || th.Accent[0] != color {
			t.Fatalf("%s: %v %v", color, th, ok)
		}
		for i, ground := range []string{lightGround, darkGround} {
			for name, pair := range map[string][2]string{
				"on the ground": {th.Accent[i], ground}, "text on it": {th.OnAccent[i], th.Accent[i]}, "on its tint": {th.Accent[i], th.Soft[i]},
			} {
				if c := contrast(pair[0], pair[1]); c < leastContrast {
					t.Errorf("%s, theme %d, %s: %.2f", color, i, name, c)
				}
			}
		}
	}
	for _, color := range []string{"#ffffff", "#ffcc00", "#777777", "red", "", "#12345", "#0B5A6F", "#0b5a6f;}"} {
		if _, ok := ThemeOf(color); ok {
			t.Errorf("%q passes", color)
		}
	}
}

func TestThemeCSS(t *testing.T) {
	th, _ := ThemeOf("#0b5a6f")
	const want = ":root{--accent:light-dark(#0b5a6f,#66959e);--on-accent"
	if got := th.CSS(); len(got) < len(want) || got[:27] != want[:27] {
		t.Errorf("css %s", got)
	}
}
