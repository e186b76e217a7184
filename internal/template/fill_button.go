package template

import (
	"fmt"
	"strconv"
	"strings"

	"github.com/hawkerhq/hawker/wire"
)

// buttonNames are types of buttons as refusals call them, by the sub_type that fills them in.
var buttonNames = map[string]string{
	"quick_reply": "QuickReply", "url": "Url", "catalog": "Catalog", "mpm": "Mpm", "flow": "Flow", "copy_code": "CopyCode", "order_details": "OrderDetails", "voice_call": "VoiceCall",
}

// subTypes are the sub_types that fill in the types of buttons; the others take nothing.
var subTypes = map[string]string{
	quickReply: "quick_reply", urlButton: "url", catalog: "catalog", multiProduct: "mpm", flowButton: "flow", copyCode: "copy_code", orderDetails: "order_details",
	voiceCall: "voice_call", otpButton: "url",
}

// buttons fills in the buttons.
func (in filler) buttons(list []wire.TemplateComponent, g given) ([]FilledButton, error) {
	made, _ := component(list, buttons)
	by := map[int][]wire.TemplateParameter{}
	for _, c := range g["button"] {
		at := c.at
		index, err := in.index(at, c.TemplateFill, len(made.Buttons))
		if err != nil {
			return nil, err
		}
		sub := strings.ToLower(c.SubType)
		if want := subTypes[made.Buttons[index].Type]; sub != want {
			if want == "" {
				return nil, ErrParameter.Withf(at, "buttons: Button at index %d takes no parameter", index)
			}
			return nil, ErrParameter.Withf(at+".sub_type", "buttons: Button at index %d must be of type %s", index, buttonNames[want])
		}
		by[index] = c.Parameters
		if by[index] == nil {
			by[index] = []wire.TemplateParameter{}
		}
	}
	var filled []FilledButton
	for n, b := range made.Buttons {
		one, err := in.button(n, b, by[n])
		if err != nil {
			return nil, err
		}
		filled = append(filled, one)
	}
	return filled, nil
}

func (in filler) index(at string, c wire.TemplateFill, most int) (int, error) {
	if c.SubType == "" {
		return 0, ErrNameless.Withf(at+".sub_type", "The parameter %s['sub_type'] is required.", bracketed(at))
	}
	if _, ok := buttonNames[strings.ToLower(c.SubType)]; !ok {
		return 0, ErrNameless.Withf(at+".sub_type", "Param %s['sub_type'] must be one of {QUICK_REPLY, URL, CATALOG, MPM, FLOW, COPY_CODE, ORDER_DETAILS, VOICE_CALL} - got %.40q", bracketed(at), c.SubType)
	}
	if c.Index == nil {
		return 0, ErrNameless.Withf(at+".index", "The parameter %s['index'] is required.", bracketed(at))
	}
	index, err := strconv.Atoi(string(*c.Index))
	if err != nil || index < 0 || index >= buttonsMost {
		return 0, ErrNameless.Withf(at+".index", "Param %s['index'] must be a number from 0 to %d - got %.40q", bracketed(at), buttonsMost-1, string(*c.Index))
	}
	if index >= most {
		return 0, ErrParameter.Withf(at+".index", "buttons: Button at index %d does not exist; the template has %d buttons", index, most)
	}
	return index, nil
}

// button fills in one button; list is nil where nothing is given for it.
func (in filler) button(n int, b wire.TemplateButton, list []wire.TemplateParameter) (FilledButton, error) {
	f := FilledButton{Type: b.Type, Text: b.Text, URL: b.URL, Phone: b.PhoneNumber}
	lacks := func() error {
		return ErrMissing.Withf(in.at, "buttons: Button at index %d of type %s requires a parameter", n, buttonNames[subTypes[b.Type]])
	}
	var p wire.TemplateParameter
	if len(list) > 1 {
		return f, countFault(fmt.Sprintf("buttons: Button at index %d", n), len(list), 1)
	}
	if len(list) == 1 {
		p = list[0]
	}
	switch b.Type {
	case quickReply:
		f.Payload = b.Text
		if p.Payload != nil && *p.Payload != "" {
			f.Payload = string(*p.Payload)
		}
		if len([]rune(f.Payload)) > payloadMost {
			return f, ErrParameter.Withf(in.at, "buttons: payload of the button at index %d has %d characters, at most %d are allowed", n, len([]rune(f.Payload)), payloadMost)
		}
	case urlButton, otpButton:
		return f, in.link(&f, b, p, lacks)
	case copyCode:
		f.Code = p.CouponCode
		if f.Code == "" {
			return f, lacks()
		}
		if len([]rune(f.Code)) > couponMost {
			return f, ErrParameter.Withf(in.at, "buttons: coupon_code has %d characters, at most %d are allowed", len([]rune(f.Code)), couponMost)
		}
	case catalog, multiProduct, orderDetails, flowButton:
		return f, in.action(&f, b, p, list != nil, lacks)
	}
	return f, nil
}

// payloadMost is the longest payload of a quick reply.
const payloadMost = 256

// codeTextMost is the longest code of an authentication template.
const codeTextMost = 15

func (in filler) link(f *FilledButton, b wire.TemplateButton, p wire.TemplateParameter, lacks func() error) error {
	text := ""
	if p.Text != nil {
		text = string(*p.Text)
	}
	if b.Type == otpButton {
		if text == "" {
			return lacks()
		}
		if len([]rune(text)) > codeTextMost {
			return ErrParameter.Withf(in.at, "buttons: the code has %d characters, at most %d are allowed", len([]rune(text)), codeTextMost)
		}
		f.Code = text
		return nil
	}
	dynamic := len(Parameters(b.URL)) > 0
	switch {
	case dynamic && text == "":
		return lacks()
	case !dynamic && p.Type != "":
		return ErrParameter.Withf(in.at, "buttons: the address of the button %q takes no parameter", b.Text)
	case len(text) > urlMost:
		return ErrParameter.Withf(in.at, "buttons: the parameter of the button %q has %d bytes, at most %d are allowed", b.Text, len(text), urlMost)
	}
	f.URL = fill(b.URL, map[string]string{"1": text})
	return nil
}

// action fills in a button that takes an action.
func (in filler) action(f *FilledButton, b wire.TemplateButton, p wire.TemplateParameter, given bool, lacks func() error) error {
	if p.Action != nil {
		f.Action = *p.Action
	}
	switch b.Type {
	case catalog:
		if !given {
			return lacks()
		}
	case multiProduct:
		if p.Action == nil || p.Action.ThumbnailProductRetailerID == "" || len(p.Action.Sections) == 0 {
			return ErrMissing.Withf(in.at, "buttons: Button of type Mpm requires action.thumbnail_product_retailer_id and action.sections")
		}
	case orderDetails:
		if p.Action == nil || p.Action.OrderDetails == nil {
			return lacks()
		}
	case flowButton:
		f.Flow = b
		if f.Action.FlowToken == "" {
			f.Action.FlowToken = "unused"
		}
	}
	return nil
}
