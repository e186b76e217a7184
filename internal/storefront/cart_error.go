package storefront

// CartChangedError says that the cart is not what the customer last saw, so nothing was sent. The cart has
// been brought up to date and View shows it; sending it again as it is now will work.
type CartChangedError struct{ View CartView }

// Error implements error.
func (e *CartChangedError) Error() string { return e.Unwrap().Error() }

// Unwrap makes the error an [ErrCartChanged].
func (e *CartChangedError) Unwrap() error {
	return ErrCartChanged.With("", "One or more items in your cart have been updated; look at the cart and send it again")
}
