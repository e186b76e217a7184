package money

import (
	"maps"
	"strings"
)

// ISO 4217 codes of money in use, by the exponent of their minor unit, and those withdrawn since 2023,
// which old feeds still carry. Metals, test codes and units without a minor unit (XAU, XTS, XDR) are no
// prices. CLDR's table is not this one: it shows some currencies without the decimals they have in accounting.

// twoDecimals are the codes with exponent 2, each between spaces.
const twoDecimals = " AED AFN ALL AMD ANG AOA ARS AUD AWG AZN BAM BBD BDT BGN BMD BND BOB BOV BRL BSD BTN BWP BYN BZD" +
	" CAD CDF CHE CHF CHW CNY COP COU CRC CUC CUP CVE CZK DKK DOP DZD EGP ERN ETB EUR FJD FKP GBP GEL GHS GIP GMD GTQ GYD" +
	" HKD HNL HRK HTG HUF IDR ILS INR IRR JMD KES KGS KHR KPW KYD KZT LAK LBP LKR LRD LSL MAD MDL MGA MKD MMK MNT MOP MRU" +
	" MUR MVR MWK MXN MXV MYR MZN NAD NGN NIO NOK NPR NZD PAB PEN PGK PHP PKR PLN QAR RON RSD RUB SAR SBD SCR SDG SEK SGD" +
	" SHP SLE SLL SOS SRD SSP STN SVC SYP SZL THB TJS TMT TOP TRY TTD TWD TZS UAH USD USN UYU UZS VED VES WST XAD XCD XCG YER ZAR" +
	" ZMW ZWG ZWL "

// otherExponents are the codes with another exponent.
var otherExponents = map[string]int{
	"BIF": 0, "CLP": 0, "DJF": 0, "GNF": 0, "ISK": 0, "JPY": 0, "KMF": 0, "KRW": 0, "PYG": 0, "RWF": 0, "UGX": 0, "UYI": 0,
	"VND": 0, "VUV": 0, "XAF": 0, "XOF": 0, "XPF": 0,
	"BHD": 3, "IQD": 3, "JOD": 3, "KWD": 3, "LYD": 3, "OMR": 3, "TND": 3,
	"CLF": 4, "UYW": 4,
}

// exponents are those of all currencies.
var exponents = func() map[string]int {
	m := maps.Clone(otherExponents)
	for _, code := range strings.Fields(twoDecimals) {
		m[code] = 2
	}
	return m
}()
