package indextest

import (
	"bufio"
	"fmt"
	"os"
	"path/filepath"
	"strconv"
	"strings"

	"storyfeed/feed"
	"storyfeed/index"
)

// Collection is a set of documents with topics.
type Collection struct {
	Documents []index.Document
	Topics    []Topic
}

// ReadCollection reads a test collection in the form in which CACM, Cranfield
// and CISI have been passed on since the SMART system: NAME.all and NAME.qry
// with fields that begin with a dot and a letter, and NAME.rel with a topic and
// a document on each line. ordinal says that NAME.rel numbers the topics from 1
// in the order of NAME.qry, as Cranfield's does. Of documents the title and the
// abstract count, and topics without an answer are left out.
func ReadCollection(dir, name string, ordinal bool) (Collection, error) {
	documents, err := readSMART(filepath.Join(dir, name+".all"))
	if err != nil {
		return Collection{}, err
	}
	topics, err := readSMART(filepath.Join(dir, name+".qry"))
	if err != nil {
		return Collection{}, err
	}
	relevant, err := readJudgements(filepath.Join(dir, name+".rel"))
	if err != nil {
		return Collection{}, err
	}
	var c Collection
	for _, d := range documents {
		body := d.fields['W']
		if body == "" {
			body = d.fields['T']
		}
		c.Documents = append(c.Documents, doc(strconv.Itoa(d.number), feed.CleanLine(d.fields['T']), body))
	}
	for i, q := range topics {
		if ordinal {
			q.number = i + 1
		}
		if answers := relevant[q.number]; len(answers) > 0 {
			c.Topics = append(c.Topics, Topic{Query: feed.CleanLine(q.fields['W']), Relevant: answers})
		}
	}
	return c, nil
}

// record is what stands between two lines with .I.
type record struct {
	number int
	fields map[byte]string // by letter
}

func readSMART(path string) ([]record, error) {
	f, err := os.Open(path)
	if err != nil {
		return nil, err
	}
	defer f.Close() // only read: nothing can be lost
	var list []record
	field := byte(0)
	for s := bufio.NewScanner(f); ; {
		if !s.Scan() {
			return list, s.Err()
		}
		line := s.Text()
		number, begins := strings.CutPrefix(line, ".I ")
		n, err := strconv.Atoi(strings.TrimSpace(number))
		switch {
		case begins && err == nil:
			list, field = append(list, record{n, map[byte]string{}}), 0
		case len(strings.TrimSpace(line)) == 2 && line[0] == '.' && 'A' <= line[1] && line[1] <= 'Z':
			field = line[1]
		case len(list) > 0 && field != 0:
			list[len(list)-1].fields[field] += line + "\n"
		}
	}
}

func readJudgements(path string) (map[int][]string, error) {
	data, err := os.ReadFile(path)
	if err != nil {
		return nil, err
	}
	relevant := map[int][]string{}
	for line := range strings.Lines(string(data)) {
		words := strings.Fields(line)
		if len(words) < 2 {
			continue
		}
		topic, err := strconv.Atoi(words[0])
		if err != nil {
			return nil, fmt.Errorf("%s: %w", path, err)
		}
		number, err := strconv.Atoi(words[1]) // CACM's have leading zeros
		if err != nil {
			return nil, fmt.Errorf("%s: %w", path, err)
		}
		relevant[topic] = append(relevant[topic], strconv.Itoa(number))
	}
	return relevant, nil
}
