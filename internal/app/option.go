package app

import "github.com/hawkerhq/hawker/internal/messaging"

// Option changes how the program is put together, for those who embed it.
type Option func(*App)

// WithCarrier hands sent messages to another carrier than the built-in chat.
func WithCarrier(c messaging.Carrier) Option { return func(a *App) { a.carrier = c } }
