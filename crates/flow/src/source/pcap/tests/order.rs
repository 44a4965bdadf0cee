//! Builds capture files byte by byte, in either byte order.

/// Numbers in either byte order.
#[derive(Clone, Copy)]
pub(super) struct Order(pub(super) bool);

impl Order {
    pub(super) fn u16(self, number: u16) -> [u8; 2] {
        if self.0 {
            number.to_le_bytes()
        } else {
            number.to_be_bytes()
        }
    }

    pub(super) fn u32(self, number: u32) -> [u8; 4] {
        if self.0 {
            number.to_le_bytes()
        } else {
            number.to_be_bytes()
        }
    }

    pub(super) fn u64(self, number: u64) -> [u8; 8] {
        if self.0 {
            number.to_le_bytes()
        } else {
            number.to_be_bytes()
        }
    }

    pub(super) fn classic(self, magic: u32, link: u32, packets: &[(u32, u32, &[u8])]) -> Vec<u8> {
        let mut file = self.u32(magic).to_vec();
        file.extend(self.u16(2));
        file.extend(self.u16(4));
        file.extend([0; 8]);
        file.extend(self.u32(65_535));
        file.extend(self.u32(link));
        for (seconds, fraction, frame) in packets {
            let length = u32::try_from(frame.len()).expect("length");
            for word in [*seconds, *fraction, length, length] {
                file.extend(self.u32(word));
            }
            if magic == 0xa1b2_cd34 {
                file.extend([0; 8]);
            }
            file.extend(*frame);
        }
        file
    }

    pub(super) fn block(self, kind: u32, body: &[u8]) -> Vec<u8> {
        let mut body = body.to_vec();
        body.resize(body.len().next_multiple_of(4), 0);
        let length = self.u32(u32::try_from(body.len() + 12).expect("length"));
        [&self.u32(kind)[..], &length, &body, &length].concat()
    }

    pub(super) fn section(self) -> Vec<u8> {
        let version = [self.u16(1), self.u16(0)].concat();
        let body = [&self.u32(0x1a2b_3c4d)[..], &version, &[0xff; 8]].concat();
        self.block(0x0a0d_0d0a, &body)
    }

    pub(super) fn option(self, code: u16, value: &[u8]) -> Vec<u8> {
        let length = u16::try_from(value.len()).expect("length");
        let mut option = [self.u16(code), self.u16(length)].concat();
        option.extend(value);
        option.resize(option.len().next_multiple_of(4), 0);
        option
    }

    pub(super) fn device(self, link: u16, options: &[u8]) -> Vec<u8> {
        let body = [&self.u16(link)[..], &[0; 2], &self.u32(0), options].concat();
        self.block(1, &body)
    }

    pub(super) fn enhanced(self, device: u32, ticks: u64, frame: &[u8], options: &[u8]) -> Vec<u8> {
        let length = self.u32(u32::try_from(frame.len()).expect("length"));
        let [high, low] = [ticks >> 32, ticks & 0xffff_ffff];
        let mut body = self.u32(device).to_vec();
        body.extend(self.u32(u32::try_from(high).expect("word")));
        body.extend(self.u32(u32::try_from(low).expect("word")));
        body.extend(length);
        body.extend(length);
        body.extend(frame);
        body.resize(body.len().next_multiple_of(4), 0);
        body.extend(options);
        self.block(6, &body)
    }
}
