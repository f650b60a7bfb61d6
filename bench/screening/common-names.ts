import { pick, shuffle, type Random } from '../random.ts'

/** Usual given and family names, as national statistics and name books have them; written as on a bank account. */
const CULTURES: Readonly<Record<string, { readonly given: string; readonly family: string }>> = {
  english: {
    given:
      'James Mary Robert Patricia John Jennifer Michael Linda David Elizabeth William Barbara Richard Susan Joseph Jessica Thomas Sarah Charles Karen Oliver Amelia Harry Isla',
    family:
      'Smith Johnson Williams Brown Jones Miller Davis Wilson Anderson Taylor Moore Jackson Martin Thompson White Harris Clark Lewis Robinson Walker Young Allen King Wright',
  },
  spanish: {
    given:
      'Antonio Maria Manuel Carmen Jose Ana Francisco Isabel David Laura Juan Cristina Javier Marta Carlos Lucia Miguel Elena Alejandro Rosa Pedro Pilar Luis Sofia',
    family:
      'Garcia Rodriguez Gonzalez Fernandez Lopez Martinez Sanchez Perez Gomez Martin Jimenez Ruiz Hernandez Diaz Moreno Alvarez Munoz Romero Alonso Gutierrez Navarro Torres Ramos Castro',
  },
  portuguese: {
    given:
      'Joao Maria Jose Ana Antonio Francisca Carlos Adriana Paulo Juliana Pedro Marcia Lucas Fernanda Luiz Patricia Marcos Aline Rafael Camila Tiago Ines Rui Beatriz',
    family:
      'Silva Santos Oliveira Souza Pereira Costa Rodrigues Almeida Nascimento Lima Araujo Fernandes Carvalho Gomes Martins Rocha Ribeiro Alves Monteiro Mendes Barros Freitas Barbosa Pinto',
  },
  french: {
    given:
      'Jean Marie Pierre Nathalie Michel Isabelle Philippe Catherine Alain Sylvie Nicolas Camille Julien Manon Antoine Lea Louis Chloe Hugo Emma Thomas Julie Lucas Alice',
    family:
      'Martin Bernard Dubois Thomas Robert Richard Petit Durand Leroy Moreau Simon Laurent Lefebvre Michel Garcia David Bertrand Roux Vincent Fournier Morel Girard Andre Mercier',
  },
  german: {
    given:
      'Peter Ursula Wolfgang Monika Michael Sabine Thomas Petra Andreas Claudia Stefan Julia Christian Anna Markus Katharina Jürgen Jörg Lukas Lena Felix Hannah Jonas Mia',
    family:
      'Müller Schmidt Schneider Fischer Weber Meyer Wagner Becker Schulz Hoffmann Schäfer Koch Bauer Richter Klein Wolf Schröder Neumann Schwarz Zimmermann Braun Krüger Hofmann Lange',
  },
  italian: {
    given:
      'Giuseppe Maria Giovanni Anna Antonio Giuseppina Mario Rosa Luigi Angela Francesco Giovanna Marco Chiara Andrea Giulia Alessandro Sara Lorenzo Martina Matteo Sofia Davide Elisa',
    family:
      'Rossi Russo Ferrari Esposito Bianchi Romano Colombo Ricci Marino Greco Bruno Gallo Conti Deluca Mancini Costa Giordano Rizzo Lombardi Moretti Barbieri Fontana Santoro Mariani',
  },
  russian: {
    given:
      'Alexander Elena Sergei Olga Dmitry Natalia Andrei Irina Alexei Tatiana Maxim Svetlana Ivan Ekaterina Mikhail Anna Nikolai Maria Vladimir Ludmila Pavel Yulia Igor Oksana',
    family:
      'Ivanov Smirnov Kuznetsov Popov Vasiliev Petrov Sokolov Mikhailov Novikov Fedorov Morozov Volkov Alekseev Lebedev Semenov Egorov Pavlov Kozlov Stepanov Nikolaev Orlov Andreev Makarov Nikitin',
  },
  arabic: {
    given:
      'Mohamed Fatima Ahmed Aisha Ali Maryam Omar Khadija Hassan Zainab Ibrahim Noor Yusuf Layla Khaled Huda Mahmoud Amina Abdullah Samira Mustafa Salma Karim Rania',
    family:
      'Hassan Ali Ahmed Khalil Ibrahim Mansour Saleh Haddad Nasser Hamdan Farah Najjar Khoury Aziz Saad Salem Qasim Darwish Younis Jaber Shaheen Awad Zaki Bakr',
  },
  turkish: {
    given:
      'Mehmet Fatma Mustafa Ayse Ahmet Emine Ali Hatice Hüseyin Zeynep Hasan Elif Ibrahim Meryem Ismail Serife Osman Zehra Yusuf Sultan Murat Merve Emre Esra',
    family:
      'Yilmaz Kaya Demir Sahin Celik Yildiz Yildirim Öztürk Aydin Özdemir Arslan Dogan Kilic Aslan Cetin Kara Koc Kurt Özkan Simsek Polat Korkmaz Cakir Erdogan',
  },
  chinese: {
    given:
      'Wei Fang Min Jing Li Lei Yan Jun Yong Ting Hui Xin Yu Qiang Hao Jie Mei Ling Bo Peng Na Xia Ming Hong',
    family:
      'Wang Li Zhang Liu Chen Yang Zhao Huang Zhou Wu Xu Sun Hu Zhu Gao Lin He Guo Ma Luo Liang Song Zheng Xie',
  },
  indian: {
    given:
      'Rahul Priya Amit Anjali Raj Sunita Sanjay Pooja Vijay Neha Arun Kavita Suresh Deepa Ravi Lakshmi Anil Meena Rakesh Asha Manoj Rekha Vikram Divya',
    family:
      'Sharma Singh Kumar Patel Gupta Verma Reddy Nair Mehta Joshi Shah Rao Iyer Mishra Das Desai Chauhan Agarwal Pillai Yadav Khan Bose Malhotra Kapoor',
  },
  korean: {
    given:
      'Minjun Seoyeon Jihoon Jiwoo Hyun Soojin Donghyun Yuna Sungmin Eunji Jaehyun Minji Youngho Haeun Kyung Sora Taeyang Jiyoung Sanghoon Mina Woojin Hana Joon Bora',
    family:
      'Kim Lee Park Choi Jung Kang Cho Yoon Jang Lim Han Oh Seo Shin Kwon Hwang Ahn Song Hong Yoo Jeon Moon Bae Baek',
  },
  african: {
    given:
      'Chinedu Ngozi Emeka Amaka Kwame Akosua Kofi Ama Thabo Nomsa Sipho Lerato Juma Asha Kamau Wanjiku Tunde Funke Moussa Aminata Ibrahima Fatou Tesfaye Hiwot',
    family:
      'Okafor Adeyemi Nwosu Mensah Owusu Boateng Nkosi Dlamini Ndlovu Mwangi Otieno Kimani Diallo Traore Keita Diop Ndiaye Sow Bekele Tadesse Abebe Banda Phiri Moyo',
  },
}

/** Full names, each culture as likely; some with a second given name or a second family name, as is usual there. */
export function commonNames(random: Random, count: number): string[] {
  const cultures = Object.entries(CULTURES)
  const names = new Set<string>()
  while (names.size < count) {
    const [culture, { given, family }] = pick(random, cultures)
    const [first, second] = shuffle(random, given.split(' '))
    const [last, other] = shuffle(random, family.split(' '))
    const chance = random()
    const takesTwoFamilyNames = ['spanish', 'portuguese'].includes(culture) && chance < 0.5
    const hasMiddleName = !['chinese', 'korean'].includes(culture) && chance > 0.75
    const name = [first, hasMiddleName ? second : '', last, takesTwoFamilyNames ? other : '']
    names.add(name.filter(Boolean).join(' '))
  }
  return [...names]
}

/** A usual given name, of any culture. */
export function commonGivenName(random: Random): string {
  return pick(random, pick(random, Object.values(CULTURES)).given.split(' '))
}
