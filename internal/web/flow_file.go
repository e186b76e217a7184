package web

import (
	"context"
	"errors"
	"mime/multipart"
	"net/http"
	"slices"

	"github.com/hawkerhq/hawker/internal/attachment"
	"github.com/hawkerhq/hawker/internal/flow"
	"github.com/hawkerhq/hawker/internal/messaging"
)

// formMemory is how much of the files of a form is held in memory; the rest lies on the disk until the form is read.
const formMemory = 4 << 20

// flowFiles tells whose files a form has.
func (s *Server) flowFiles(v *visit, p FlowPage) messaging.FlowFiles {
	if p.Preview {
		return messaging.FlowFiles{Who: "preview " + v.PathValue("key")}
	}
	return messaging.FlowFiles{Phone: v.phone, Who: v.phone.String() + " " + v.customer.WaID, Base: s.BaseURL}
}

// readFlow reads a form that may bring files.
func readFlow(v *visit) error {
	err := v.ParseMultipartForm(formMemory)
	if large := new(http.MaxBytesError); errors.As(err, &large) {
		return flow.ErrFiles.Withf("", "the files of one screen have at most %d bytes together", attachment.MostBytes)
	}
	return nil // a form without files is read already; one that cannot be read has no state, which is told
}

// takeFiles stores the files of a form: what names them takes their place among its values. Of a field with a file that does not fit, none are.
func (s *Server) takeFiles(v *visit, d flow.Document, state flow.State, p FlowPage) (refused map[string]flow.Complaint, err error) {
	refused = map[string]flow.Complaint{}
	if v.MultipartForm == nil || v.PostFormValue(flow.GoField) == flow.Back {
		return refused, nil
	}
	files := s.flowFiles(v, p)
	for _, k := range d.Pickers(state) {
		given := slices.DeleteFunc(slices.Clone(v.MultipartForm.File[k.Name]), func(h *multipart.FileHeader) bool { return h.Filename == "" && h.Size == 0 })
		if len(given) == 0 {
			continue
		}
		if len(v.PostForm[k.Name])+len(given) > k.Count {
			refused[k.Name] = flow.Many
			continue
		}
		tickets, complaint, err := s.storeFiles(v.Context(), files, k, given)
		if err != nil {
			return nil, err
		}
		if complaint != "" {
			refused[k.Name] = complaint
			continue
		}
		v.PostForm[k.Name] = append(v.PostForm[k.Name], tickets...)
	}
	return refused, nil
}

func (s *Server) storeFiles(ctx context.Context, files messaging.FlowFiles, k flow.Picker, given []*multipart.FileHeader) (tickets []string, c flow.Complaint, err error) {
	for _, h := range given {
		if h.Size > k.Most {
			return nil, flow.Large, nil
		}
		if !slices.Contains(k.Types, attachment.PickedType(h.Header.Get("Content-Type"), h.Filename)) {
			return nil, flow.Type, nil
		}
	}
	for _, h := range given {
		ticket, err := s.storeFile(ctx, files, k, h)
		if errors.Is(err, attachment.ErrFile) {
			return nil, flow.Type, nil
		}
		if err != nil {
			return nil, "", err
		}
		tickets = append(tickets, ticket)
	}
	return tickets, "", nil
}

func (s *Server) storeFile(ctx context.Context, files messaging.FlowFiles, k flow.Picker, h *multipart.FileHeader) (ticket string, err error) {
	in, err := h.Open()
	if err != nil {
		return "", err
	}
	defer func() { err = errors.Join(err, in.Close()) }()
	return s.Exchange.PutPicked(ctx, files, k, attachment.File{Name: h.Filename, MIME: attachment.PickedType(h.Header.Get("Content-Type"), h.Filename), Size: h.Size}, in)
}

// nameFiles puts the names of picked files on a page.
func (s *Server) nameFiles(v *visit, p *FlowPage) {
	who := s.flowFiles(v, *p).Who
	for n := range p.Page.Parts {
		part := &p.Page.Parts[n]
		if part.Accept == "" {
			continue
		}
		p.Upload = true
		for _, ref := range part.Picked {
			if f, ok := s.Attachments.OfTicket(ref, who); ok {
				part.Files = append(part.Files, flow.PickedFile{Ref: ref, Name: f.Name, Size: fileSize(f.Size), Said: part.SaidOf[f.ID.String()]})
			}
		}
	}
}
