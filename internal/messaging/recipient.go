package messaging

import "regexp"

// userIDForm is a business-scoped user id: a country, a point, and up to 128 letters and digits.
var userIDForm = regexp.MustCompile(`^[A-Z]{2}\.[A-Za-z0-9]{1,128}$`)

func isUserID(text string) bool { return userIDForm.MatchString(text) }
