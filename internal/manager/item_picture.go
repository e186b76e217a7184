package manager

import (
	"encoding/json"
	"mime/multipart"
	"net/http"
	"strings"

	"github.com/hawkerhq/hawker/internal/media"
	"github.com/hawkerhq/hawker/internal/picture"
)

// picturesMost is how many pictures a form takes, formPictures how many bytes they may have together with the fields.
const (
	picturesMost = 10
	formPictures = picturesMost*media.PictureBytes + formMost
)

// uploads are the files of a form's field.
func (v *visit) uploads(field string) ([]*multipart.FileHeader, error) {
	if v.MultipartForm == nil {
		return nil, nil
	}
	list := v.MultipartForm.File[field]
	if len(list) > picturesMost {
		return nil, picture.ErrPicture.Withf("image_link", "at most %d pictures go with one form", picturesMost)
	}
	return list, nil
}

// takePicture keeps an uploaded picture and answers its address.
func (s *Server) takePicture(v *visit, head *multipart.FileHeader) (link string, err error) {
	file, err := head.Open()
	if err != nil {
		return "", err
	}
	defer func() { _ = file.Close() }()
	return s.Pictures.Take(v.Context(), v.base(), file)
}

// takePictures puts the addresses of a form's pictures into the fields that hold addresses: one takes the place of the main picture, more
// are added to the others.
func (s *Server) takePictures(v *visit) error {
	for _, field := range []string{"image_link", "additional_image_link"} {
		list, err := v.uploads(field + "_file")
		if err != nil {
			return err
		}
		for _, head := range list {
			link, err := s.takePicture(v, head)
			if err != nil {
				return err
			}
			if field == "additional_image_link" {
				link = strings.TrimSpace(v.PostFormValue(field) + "\n" + link)
			}
			v.PostForm.Set(field, link)
		}
	}
	return nil
}

// uploadPicture keeps one picture while a form is written and tells its address, as JSON.
func (s *Server) uploadPicture(v *visit) error {
	list, err := v.uploads("picture")
	if err != nil || len(list) != 1 {
		return errNothing
	}
	status, answer := http.StatusOK, map[string]string{}
	link, err := s.takePicture(v, list[0])
	if problem, ok := v.words(err); ok {
		status, answer["error"] = http.StatusUnprocessableEntity, problem.Text+" "+problem.Detail
	} else if err != nil {
		return err
	}
	if link != "" {
		answer["link"] = link
	}
	v.w.Header().Set("Content-Type", "application/json")
	v.w.WriteHeader(status)
	return json.NewEncoder(v.w).Encode(answer)
}
