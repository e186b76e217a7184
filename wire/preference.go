package wire

// PreferenceValue is changes[].value of a webhook with field "user_preferences".
type PreferenceValue struct {
	MessagingProduct string           `json:"messaging_product"`
	Metadata         Metadata         `json:"metadata"`
	Contacts         []Contact        `json:"contacts"`
	UserPreferences  []UserPreference `json:"user_preferences"`
}

// UserPreference is what a customer wants of a business: Value is stop or resume, of the Category marketing_messages.
type UserPreference struct {
	WaID      string `json:"wa_id,omitempty"`
	UserID    string `json:"user_id,omitempty"`
	Detail    string `json:"detail"`
	Category  string `json:"category"`
	Value     string `json:"value"`
	Timestamp int64  `json:"timestamp"` // unix seconds
}
