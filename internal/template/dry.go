package template

// Check says what is wrong with a template before it is handed in, and answers it as it would be kept. What the account's other
// templates and its catalog have to say is not asked.
func (t Template) Check() (Template, error) {
	if t.Format == "" {
		t.Format = Positional
	}
	t.Components = cloneComponents(t.Components)
	err := t.check()
	return t, err
}
